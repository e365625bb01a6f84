import { Kbd, Modal, Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PLACES } from './places';

interface ShortcutsHelpProps {
  opened: boolean;
  onClose: () => void;
}

export function ShortcutsHelp({ opened, onClose }: ShortcutsHelpProps) {
  const { t } = useTranslation();
  const rows: [string[], string][] = [
    [['?'], t('shortcuts.help')],
    [['Ctrl', 'K'], t('shortcuts.palette')],
    [['c'], t('shortcuts.newTask')],
    [['/'], t('shortcuts.search')],
    ...PLACES.map(({ key, name }): [string[], string] => [['g', key], t(`shortcuts.${name}`)]),
    [['Esc'], t('shortcuts.close')],
  ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('shortcuts.title')}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
    >
      <Table>
        <Table.Tbody>
          {rows.map(([keys, meaning]) => (
            <Table.Tr key={meaning}>
              <Table.Th scope="row" fw={400}>
                {meaning}
              </Table.Th>
              <Table.Td ta="right">
                {keys.map((key, place) => (
                  <span key={key}>
                    {place > 0 && ' '}
                    <Kbd>{key}</Kbd>
                  </span>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
