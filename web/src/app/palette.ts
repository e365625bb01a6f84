import { spotlight } from '@mantine/spotlight';

/** Opens the command palette; by itself, so that a button can do so while the palette is still being loaded. */
export const openPalette: () => void = spotlight.open;
