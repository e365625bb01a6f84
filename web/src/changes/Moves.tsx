import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Change, PossibleMove } from '../api/types';
import { tell, useComplain } from '../parts/toasts';
import classes from './changes.module.css';
import { movesQuery, useMoveChange } from './queries';

/** What can be asked for now, as buttons; and what cannot, with the server's reason. */
export function Moves({ change }: { change: Change }) {
  const { t } = useTranslation();
  const { data } = useQuery(movesQuery(change.guid));
  const [asked, setAsked] = useState<PossibleMove | null>(null);
  if (!data) return null;
  const possible = data.moves.filter((move) => move.allowed);
  const impossible = data.moves.filter((move) => !move.allowed);
  return (
    <section aria-label={t('changes.moves')} className={classes.moves}>
      {data.moves.length === 0 && <Text c="dimmed">{t('changes.noMoves')}</Text>}
      <Group gap="xs">
        {possible.map((move, place) => (
          <Button
            key={move.status}
            variant={place === 0 ? 'filled' : 'default'}
            onClick={() => setAsked(move)}
          >
            {t(`asked.${move.status}`)}
          </Button>
        ))}
      </Group>
      {impossible.length > 0 && (
        <div className={classes.impossible}>
          <Text size="sm" fw={600}>
            {t('changes.notNow')}
          </Text>
          <ul>
            {impossible.map((move) => (
              <li key={move.status}>
                <b>{t(`asked.${move.status}`)}</b>: {move.reason}
              </li>
            ))}
          </ul>
        </div>
      )}
      <MoveDialog change={change} move={asked} onClose={() => setAsked(null)} />
    </section>
  );
}

interface MoveDialogProps {
  change: Change;
  move: PossibleMove | null;
  onClose: () => void;
}

function MoveDialog({ change, move, onClose }: MoveDialogProps) {
  const { t } = useTranslation();
  const ask = useMoveChange(change.guid);
  const complain = useComplain();
  const [comment, setComment] = useState('');

  function confirm() {
    if (!move) return;
    ask.mutate(
      { status: move.status, comment },
      {
        onSuccess: ({ change: { number }, status }) => {
          setComment('');
          onClose();
          tell(t('changes.moved', { number, status: t(`stage.${status}`) }));
        },
        onError: complain,
      },
    );
  }

  return (
    <Modal
      opened={move !== null}
      onClose={onClose}
      centered
      title={move && t('changes.moveTo', { status: t(`asked.${move.status}`) })}
      closeButtonProps={{ 'aria-label': t('actions.close') }}
    >
      {move?.result && <Text c="dimmed">{t('changes.becomes', { status: t(`stage.${move.result}`) })}</Text>}
      <Textarea
        mt="sm"
        autosize
        minRows={2}
        label={t('changes.comment')}
        description={t('changes.commentHint')}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('actions.close')}
        </Button>
        <Button onClick={confirm} loading={ask.isPending} data-autofocus>
          {move && t(`asked.${move.status}`)}
        </Button>
      </Group>
    </Modal>
  );
}
