import { Button, Group, Loader, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Comment } from '../../api/types';
import { Person } from '../../parts/Person';
import { Trouble } from '../../parts/Trouble';
import { useComplain } from '../../parts/toasts';
import { useSession } from '../../session/queries';
import { absolute, relative } from '../../words/instants';
import { useCommentChanges, useComments } from './comments';
import classes from './drawer.module.css';

export function Comments({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const { data, error, refetch, hasNextPage, fetchNextPage, isPending } = useComments(taskId);
  if (error) return <Trouble error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Loader size="sm" aria-label={t('tasks.loadingRow')} />;
  const comments = data.pages.flatMap((page) => page.data);
  return (
    <>
      {comments.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('comments.none')}
        </Text>
      )}
      <ul className={classes.entries}>
        {comments.map((comment) => (
          <CommentEntry key={comment.id} comment={comment} />
        ))}
      </ul>
      {hasNextPage && (
        <Button variant="subtle" size="xs" onClick={() => void fetchNextPage()}>
          {t('comments.more')}
        </Button>
      )}
      <NewComment taskId={taskId} />
    </>
  );
}

function NewComment({ taskId }: { taskId: string }) {
  const { t } = useTranslation();
  const { add } = useCommentChanges(taskId);
  const complain = useComplain();
  const [body, setBody] = useState('');

  function submit(event: FormEvent) {
    event.preventDefault();
    if (body.trim() === '') return;
    add.mutate(body, { onSuccess: () => setBody(''), onError: complain });
  }

  return (
    <form onSubmit={submit}>
      <Textarea
        mt="md"
        autosize
        minRows={2}
        label={t('comments.add')}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
        }}
      />
      <Group justify="flex-end" mt="xs">
        <Button type="submit" size="xs" loading={add.isPending} disabled={body.trim() === ''}>
          {t('comments.submit')}
        </Button>
      </Group>
    </form>
  );
}

function CommentEntry({ comment }: { comment: Comment }) {
  const { t } = useTranslation();
  const { user } = useSession();
  const { edit, remove } = useCommentChanges(comment.taskId);
  const complain = useComplain();
  const [editing, setEditing] = useState<string | null>(null);

  function save() {
    if (editing === null) return;
    const wish = { commentId: comment.id, body: editing };
    edit.mutate(wish, { onSuccess: () => setEditing(null), onError: complain });
  }

  return (
    <li className={classes.entry}>
      <div className={classes.entryHead}>
        <span className={classes.small}>
          <Person id={comment.authorId} />
          <time dateTime={comment.createdAt} title={absolute(comment.createdAt)}>
            {relative(comment.createdAt)}
          </time>
          {comment.updatedAt !== comment.createdAt && <span>({t('comments.edited')})</span>}
        </span>
        {comment.authorId === user.id && editing === null && (
          <Group gap={0}>
            <Button size="compact-xs" variant="subtle" onClick={() => setEditing(comment.body)}>
              {t('comments.edit')}
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="red"
              onClick={() => remove.mutate(comment.id, { onError: complain })}
            >
              {t('comments.delete')}
            </Button>
          </Group>
        )}
      </div>
      {editing === null ? (
        <p>{comment.body}</p>
      ) : (
        <>
          <Textarea
            autosize
            autoFocus
            aria-label={t('comments.edit')}
            value={editing}
            onChange={(event) => setEditing(event.currentTarget.value)}
          />
          <Group gap="xs" justify="flex-end">
            <Button size="compact-sm" variant="default" onClick={() => setEditing(null)}>
              {t('actions.cancel')}
            </Button>
            <Button size="compact-sm" onClick={save} loading={edit.isPending}>
              {t('comments.save')}
            </Button>
          </Group>
        </>
      )}
    </li>
  );
}
