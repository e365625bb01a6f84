import { Button, Group, Modal, Select, Textarea, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem';
import { PRIORITIES, type Priority } from '../api/types';
import { tell, useComplain } from '../parts/toasts';
import { usePeopleChoice } from '../people/queries';
import { fromLocalField } from '../words/instants';
import { useCreateTask } from './queries';

interface NewTaskDialogProps {
  opened: boolean;
  onClose: () => void;
}

export function NewTaskDialog({ opened, onClose }: NewTaskDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('newTask.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('actions.close') }}
    >
      <NewTaskForm onDone={onClose} />
    </Modal>
  );
}

function NewTaskForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const people = usePeopleChoice();
  const create = useCreateTask();
  const complain = useComplain();
  const navigate = useNavigate();
  const [priority, setPriority] = useState<string | null>('MEDIUM');
  const [assigneeId, setAssignee] = useState<string | null>(null);
  const wrong = create.error instanceof Problem ? create.error.fields : {};

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const wish = {
      title: String(form.get('title')),
      description: String(form.get('description')) || null,
      priority: (priority ?? 'MEDIUM') as Priority,
      assigneeId,
      dueDate: fromLocalField(String(form.get('dueDate'))),
    };
    create.mutate(wish, {
      onSuccess: (task) => {
        onDone();
        tell(
          <Group justify="space-between">
            {t('newTask.made')}
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => void navigate({ to: '.', search: (now) => ({ ...now, task: task.id }) })}
            >
              {t('newTask.open')}
            </Button>
          </Group>,
        );
      },
      onError: (error) => {
        if (!(error instanceof Problem && Object.keys(error.fields).length > 0)) complain(error);
      },
    });
  }

  return (
    <form onSubmit={submit}>
      <TextInput name="title" label={t('field.title')} required data-autofocus error={wrong.title} />
      <Textarea
        name="description"
        label={t('field.description')}
        autosize
        minRows={3}
        mt="sm"
        error={wrong.description}
      />
      <Group grow mt="sm" align="flex-start">
        <Select
          label={t('field.priority')}
          data={PRIORITIES.map((value) => ({ value, label: t(`priority.${value}`) }))}
          value={priority}
          onChange={setPriority}
          allowDeselect={false}
          error={wrong.priority}
        />
        <Select
          label={t('field.assigneeId')}
          data={people}
          value={assigneeId}
          onChange={setAssignee}
          placeholder={t('people.nobody')}
          clearable
          searchable
          error={wrong.assigneeId}
        />
        <TextInput name="dueDate" type="datetime-local" label={t('field.dueDate')} error={wrong.dueDate} />
      </Group>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onDone}>
          {t('actions.cancel')}
        </Button>
        <Button type="submit" loading={create.isPending}>
          {t('newTask.submit')}
        </Button>
      </Group>
    </form>
  );
}
