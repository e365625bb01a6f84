import type { components } from './schema';

type Schemas = components['schemas'];

export type Task = Schemas['Task'];
export type TaskWish = Schemas['UpdateTask'];
export type NewTask = Schemas['CreateTask'];
export type Status = Schemas['Status'];
export type Priority = Schemas['Priority'];
export type Session = Schemas['SignedIn'];
export type SignIn = Schemas['SignIn'];
export type User = Schemas['User'];
export type Role = Schemas['Role'];
export type Comment = Schemas['Comment'];
export type HistoryEntry = Schemas['HistoryEntry'];
export type BatchOperation = Schemas['BatchOperation'];
export type BatchResult = Schemas['BatchResult'];
export type Pagination = Schemas['Pagination'];

/** In the order in which they are shown. That none is missing is checked by the type. */
export const STATUSES = ordered<Status>()('TODO', 'IN_PROGRESS', 'REVIEW', 'DONE', 'CANCELED');
export const PRIORITIES = ordered<Priority>()('LOW', 'MEDIUM', 'HIGH', 'URGENT');

export type Change = Schemas['Change'];
export type CompactChange = Schemas['CompactChange'];
export type CompactChangePage = Schemas['CompactChangePage'];
export type ChangeStage = Schemas['LifecycleStatusType'];
export type ChangeEvent = Schemas['ChangeEvent'];
export type PossibleMove = Schemas['PossibleMove'];
export type AskedStatus = Schemas['AskedStatus'];
export type ImplementationTask = Schemas['ImplementationTask'];
export type ImplementationTaskStatus = Schemas['TaskStatus'];
export type Assignee = Schemas['Assignee'];
export type Work = Schemas['Work'];
export type Urgency = Schemas['Urgency'];

export const IMPLEMENTATION_TASK_STATUSES = ordered<ImplementationTaskStatus>()(
  'NOT_STARTED',
  'IN_PROGRESS',
  'BEHIND',
  'DONE',
  'CANCELED',
  'NOT_APPLICABLE',
);
export const CHANGE_STAGES = ordered<ChangeStage>()(
  'OPEN_AND_UNLOCKED',
  'OPEN_AND_LOCKED',
  'SUBMITTED_FOR_ROUTING',
  'SUBMITTED_FOR_APPROVAL',
  'APPROVED',
  'REJECTED',
  'CANCELED',
  'EFFECTIVE',
  'EXPIRED',
  'COMPLETED',
);
export const URGENCIES = ordered<Urgency>()('overdue', 'due_soon', 'in_review', 'open');

function ordered<Value extends string>() {
  return <Given extends readonly Value[]>(
    ...values: [Value] extends [Given[number]] ? Given : [missing: Exclude<Value, Given[number]>]
  ): readonly Value[] => values as readonly Value[];
}
