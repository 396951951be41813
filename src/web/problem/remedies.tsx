// What helps against a refusal (D6), as buttons that lead to where it is done. Who may not is told so.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { OperationName, Remedy } from '../../../sdk/src/index.ts';
import type { RemedyAction } from '../../core/remedy.ts';
import { ActionButton } from '../action-button.tsx';
import { formatAmount, formatDate } from '../figures.ts';
import { useOpenPage } from '../page-link.tsx';
import type { PageState } from '../page-state.ts';
import type { PagePath } from '../pages.ts';
import { problemText } from '../strings/problem.ts';
import { words } from '../strings/words.ts';

interface Way {
  to: PagePath;
  operation: OperationName;
  state: PageState;
}

const CURRENCY = { aiBuilder: 'ai-builder-credits', copilot: 'copilot-credits' };

/** Where each is done; nothing can be done about waiting. */
function wayOf({ action, credits }: Remedy, environmentId: string | undefined): Way | null {
  const environment = environmentId;
  const assign = (currency: string): Way => ({
    to: '/licensing/add-ons',
    operation: 'changeAllocations',
    state: { panel: 'assign', environment, currency, more: credits },
  });
  const buy = (product: string): Way => ({
    to: '/licensing/capacity',
    operation: 'createEntitlement',
    state: { panel: 'purchase', product },
  });
  switch (action as RemedyAction) {
    case 'reallocate':
      return assign(CURRENCY.aiBuilder);
    case 'allocate-copilot-credits':
      return assign(CURRENCY.copilot);
    case 'buy-add-on':
      return buy('ai-builder-add-on-t1');
    case 'buy-copilot-credits':
      return buy('copilot-credit-pack');
    case 'link-pay-as-you-go':
      return { to: '/licensing/copilot-studio', operation: 'changeEnvironment', state: { panel: 'manage', environment } };
    default:
      return null;
  }
}

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, margin: 0, padding: 0, listStyleType: 'none' },
  item: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  muted: { color: tokens.colorNeutralForeground3 },
});

/** By what the server calls them; one that it learns later is shown as it calls it. */
const NAMES: Readonly<Record<string, string>> = words.remedies;

export function Remedies({ remedies, environmentId }: { remedies: readonly Remedy[]; environmentId?: string | undefined }) {
  const styles = useStyles();
  if (remedies.length === 0) return null;
  return (
    <div className={styles.root}>
      <h3 className={styles.heading}>{problemText.remedies}</h3>
      <ul className={styles.list}>
        {remedies.map((remedy) => (
          <li key={remedy.action} className={styles.item}>
            <RemedyButton remedy={remedy} environmentId={environmentId} />
            <Text size={200} className={styles.muted}>
              {remedy.credits !== undefined && words.remedyCredits(formatAmount(remedy.credits))}
              {remedy.date !== undefined && words.remedyDate(formatDate(remedy.date))}
            </Text>
          </li>
        ))}
      </ul>
    </div>
  );
}

function RemedyButton({ remedy, environmentId }: { remedy: Remedy; environmentId: string | undefined }) {
  const openPage = useOpenPage();
  const name = NAMES[remedy.action] ?? remedy.action;
  const way = wayOf(remedy, environmentId);
  if (!way) return <Text>{name}</Text>;
  return (
    <ActionButton
      operation={way.operation}
      environmentIds={environmentId === undefined ? [] : [environmentId]}
      size="small"
      onClick={() => openPage(way.to, { state: way.state })}
    >
      {name}
    </ActionButton>
  );
}
