import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server that `npm run dev` passes the app's requests on to. */
const server = process.env.PUNCHLIST_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // No data: addresses for fonts or pictures of any size, so that the policy need not allow them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: Object.fromEntries(
      ['/v1', '/docs', '/openapi.json'].map((path) => [
        path,
        // The server takes writes from its own origin only, and must see the one that it knows.
        { target: server, changeOrigin: true, headers: { origin: server } },
      ]),
    ),
  },
});
