import './app/mantine.css';
import './app/base.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startWords } from './words';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
await startWords();
createRoot(root).render(<App />);
