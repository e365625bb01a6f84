import { createContext, use } from 'react';

/** What can be asked of the frame from anywhere in it. */
export interface Commands {
  newTask: () => void;
  help: () => void;
}

export const CommandsContext = createContext<Commands | null>(null);

export function useCommands(): Commands {
  const commands = use(CommandsContext);
  if (!commands) throw new Error('there are no commands outside of the shell');
  return commands;
}
