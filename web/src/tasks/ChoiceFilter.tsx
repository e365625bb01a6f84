import { Button, Checkbox, Popover, ScrollArea, Stack, TextInput } from '@mantine/core';
import { ChevronDownIcon } from '@primer/octicons-react';
import { useState } from 'react';

const LONG = 9; // entries from which on a list is easier to search than to read

interface ChoiceFilterProps {
  label: string;
  options: { value: string; label: string }[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** A button that opens what a list can be narrowed to by one field; any number may be chosen. */
export function ChoiceFilter({ label, options, chosen, onChange }: ChoiceFilterProps) {
  const [text, setText] = useState('');
  const shown = options.filter((each) => each.label.toLowerCase().includes(text.toLowerCase()));
  return (
    <Popover position="bottom-start" trapFocus shadow="md" onClose={() => setText('')}>
      <Popover.Target>
        <Button variant="default" size="sm" fw={500} rightSection={<ChevronDownIcon size={14} />}>
          {label}
          {chosen.length > 0 && ` · ${chosen.length}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        {options.length > LONG && (
          <TextInput
            size="xs"
            mb="xs"
            aria-label={label}
            placeholder={label}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        <ScrollArea.Autosize mah={280}>
          <Checkbox.Group aria-label={label} value={chosen} onChange={onChange}>
            <Stack gap="xs">
              {shown.map((each) => (
                <Checkbox key={each.value} value={each.value} label={each.label} />
              ))}
            </Stack>
          </Checkbox.Group>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}
