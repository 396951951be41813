// Premium (F7): an app with an AI action, or with a flow that has one, is a premium app; a flow with an AI action is not thereby a
// premium flow. Said of every app, flow and agent that was seen in an action or declared, with the reason.

import type { RESOURCE_TYPES } from './action.ts';
import type { Instant } from './month.ts';

export type ResourceType = (typeof RESOURCE_TYPES)[number];

export interface KnownResource {
  type: ResourceType;
  id: string;
  name: string | null;
  environmentId: string;
  /** How it is known that it has an AI action of its own; null: none is known. */
  aiAction: 'seen' | 'declared' | null;
  /** Of an app: its flows that have an AI action, a few of them. */
  aiFlows: string[];
  /** Of a flow: the apps that have it, a few of them. */
  apps: string[];
  /** null: declared, never seen. */
  lastSeenAt: Instant | null;
}

const SAID = { seen: 'was seen', declared: 'is declared' } as const;

export function isPremium({ type, aiAction, aiFlows }: KnownResource): boolean {
  return type === 'app' && (aiAction !== null || aiFlows.length > 0);
}

/** F7: why a resource is premium or not, in words. */
export function whyPremium(resource: KnownResource): string {
  const { type, aiAction, aiFlows, apps } = resource;
  switch (type) {
    case 'app':
      if (aiAction !== null) return `premium: an AI action of this app ${SAID[aiAction]}`;
      return aiFlows.length > 0
        ? `premium: it has ${named('flow', aiFlows)}, which has an AI action`
        : 'not premium: neither it nor a flow that it is known to have has an AI action';
    case 'flow': {
      if (aiAction === null) return 'not premium: no AI action of it is known';
      const carried = apps.length > 0 ? `; it makes ${named('app', apps)} premium` : '';
      return `not premium: an AI action does not make a flow premium${carried}`;
    }
    case 'agent':
      return 'not premium: agents are billed in Copilot Credits, premium is said of apps';
  }
}

function named(what: string, ids: readonly string[]): string {
  return ids.length === 1 ? `${what} ${ids[0]}` : `${what}s ${ids.join(', ')}`;
}
