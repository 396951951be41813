// How it stands with a key: whether it works, until when its old secret does too, and what it may do where that is not all of its role.

import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components';
import type { Key } from '../../../sdk/src/index.ts';
import { formatMoment } from '../figures.ts';
import { frameText } from '../strings/frame.ts';
import { settingsText } from '../strings/settings.ts';

const t = settingsText.keys;

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', alignItems: 'start', gap: tokens.spacingVerticalXXS },
  muted: { color: tokens.colorNeutralForeground3 },
});

/** By the clock of the browser, as far as time goes: the server decides. */
function isExpired({ expiresAt }: Key): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now();
}

export function works(key: Key): boolean {
  return key.revokedAt === null && !isExpired(key);
}

function standingOf(key: Key, ownKeyId: string | null) {
  if (key.revokedAt !== null) return { said: t.revoked, color: 'subtle' } as const;
  if (isExpired(key)) return { said: t.expired, color: 'subtle' } as const;
  return key.id === ownKeyId ? ({ said: t.yours, color: 'brand' } as const) : ({ said: t.active, color: 'success' } as const);
}

function saidOfRotation(key: Key): string | null {
  return works(key) && key.rotatedUntil !== null ? t.rotatedUntil(formatMoment(key.rotatedUntil)) : null;
}

/** As text, for search and CSV. */
export function stateOf(key: Key, ownKeyId: string | null): string {
  return [standingOf(key, ownKeyId).said, saidOfRotation(key)].filter((each) => each !== null).join('. ');
}

export function KeyState({ of, ownKeyId }: { of: Key; ownKeyId: string | null }) {
  const styles = useStyles();
  const { said, color } = standingOf(of, ownKeyId);
  const rotation = saidOfRotation(of);
  return (
    <div className={styles.root}>
      <Badge appearance="tint" color={color}>
        {said}
      </Badge>
      {rotation !== null && (
        <Text size={200} className={styles.muted}>
          {rotation}
        </Text>
      )}
    </div>
  );
}

export function scopesOf({ scopes }: Key): string {
  return scopes === null ? t.allScopes : scopes.map((each) => t.scope[each]).join(', ');
}

/** Its role, and what of it where that is not all. */
export function KeyRole({ of }: { of: Key }) {
  const styles = useStyles();
  return (
    <div className={styles.root}>
      {frameText.roles[of.role]}
      {of.scopes !== null && (
        <Text size={200} className={styles.muted}>
          {t.only(scopesOf(of))}
        </Text>
      )}
    </div>
  );
}
