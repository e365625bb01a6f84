import { createTheme } from '@mantine/core';

/** Colours and fonts as components ask for them; their values for the browser stand in base.css. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 7, dark: 8 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, Ubuntu, Cantarell, "Noto Sans", sans-serif',
  cursorType: 'pointer',
  respectReducedMotion: true,
  // Locking the page's scrolling takes a style element, which the server's policy does not allow;
  // base.css does it for what covers the page.
  components: {
    // A dialog's header is none of the page's.
    Modal: { defaultProps: { lockScroll: false, attributes: { header: { role: 'presentation' } } } },
    Drawer: { defaultProps: { lockScroll: false } },
  },
});
