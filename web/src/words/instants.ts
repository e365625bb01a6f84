import { currentLanguage } from './index';

const DAY = 24 * 3600 * 1000;

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', 3600 * 1000],
  ['minute', 60 * 1000],
];

/** An instant beside now: "in 3 days", "5 minutes ago". */
export function relative(instant: string, now = Date.now()): string {
  const distance = Date.parse(instant) - now;
  const [unit, length] = UNITS.find(([, each]) => Math.abs(distance) >= each) ?? ['minute', 60 * 1000];
  return new Intl.RelativeTimeFormat(currentLanguage(), { numeric: 'auto' }).format(
    Math.round(distance / length),
    unit,
  );
}

/** An instant in full, in the reader's time zone. */
export function absolute(instant: string): string {
  return new Intl.DateTimeFormat(currentLanguage(), { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(instant),
  );
}

/** An instant's day; with the year only when it is another one than this. */
export function day(instant: string): string {
  const date = new Date(instant);
  const sameYear = date.getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat(currentLanguage(), {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? {} : { year: 'numeric' }),
  }).format(date);
}

/** An instant as a `datetime-local` field holds it; empty for none. */
export function toLocalField(instant: string | null): string {
  if (instant === null) return '';
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What a `datetime-local` field holds, as an instant; null for an empty one. */
export function fromLocalField(value: string): string | null {
  return value === '' ? null : new Date(value).toISOString().replace(/\.\d+Z$/, 'Z');
}
