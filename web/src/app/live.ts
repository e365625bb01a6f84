/** Replaced once the server streams events. */
export function useLiveUpdates(): void {}
