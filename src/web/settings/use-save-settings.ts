// Saves settings, and has them asked for again: they are not live.

import { useQueryClient } from '@tanstack/react-query';
import type { Input } from '../../../sdk/src/index.ts';
import { ask } from '../client.ts';
import { settingsQuery } from '../data.ts';

export function useSaveSettings(): (change: Input<'changeSettings'>['body']) => Promise<void> {
  const client = useQueryClient();
  return async (change) => {
    await ask('changeSettings', { body: change });
    await client.invalidateQueries({ queryKey: settingsQuery.queryKey });
  };
}
