// The list of what the tenant bought (E1–E9), ended ones too, and ending one.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ask } from '../client.ts';
import { capacityQuery, productsQuery } from '../data.ts';
import { formatAmount, formatCount, formatDate } from '../figures.ts';
import { ConfirmButton } from '../panel/confirm-button.tsx';
import { licensingText } from '../strings/licensing.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { type Entitlement, entitlementsQuery } from './licensing-data.ts';

const t = licensingText.entitlements;

const useStyles = makeStyles({
  stack: { display: 'flex', flexDirection: 'column', padding: '4px 0', overflowWrap: 'anywhere' },
  muted: { color: tokens.colorNeutralForeground3 },
});

type State = keyof typeof t.states;

/** E9, by the tenant's day. */
function stateOf({ startsOn, endsOn, endedAt }: Entitlement, today: string): State {
  if (endedAt !== null || (endsOn !== null && endsOn <= today)) return 'ended';
  return startsOn > today ? 'future' : 'active';
}

export function EntitlementList() {
  const { data: entitlements, error, refetch } = useQuery(entitlementsQuery);
  const { data: names } = useQuery(productsQuery);
  const { data: capacity } = useQuery(capacityQuery);
  const today = capacity?.now.slice(0, 10) ?? '';
  const columns = useMemo(() => entitlementColumns(names ?? new Map(), today), [names, today]);
  return (
    <List
      title={t.list}
      prefix="bought"
      columns={columns}
      rows={entitlements}
      rowId={({ id }) => id}
      error={error}
      retry={() => void refetch()}
      defaultSort="-purchasedOn"
      csvName="entitlements"
      // The page says what to do where nothing was bought.
      empty={null}
    />
  );
}

function entitlementColumns(names: ReadonlyMap<string, string>, today: string): Column<Entitlement>[] {
  const nameOf = ({ product }: Entitlement) => names.get(product) ?? product;
  return [
    {
      id: 'product',
      title: t.product,
      value: nameOf,
      cell: (entitlement) => <Product name={nameOf(entitlement)} currency={words.currencies[entitlement.currency]} />,
    },
    {
      id: 'quantity',
      title: t.quantity,
      value: ({ quantity }) => quantity,
      cell: ({ quantity }) => formatCount(quantity),
      align: 'end',
    },
    {
      id: 'credits',
      title: t.credits,
      value: ({ creditsPerMonth }) => creditsPerMonth,
      cell: ({ creditsPerMonth, prePurchase }) =>
        prePurchase === null
          ? formatAmount(creditsPerMonth)
          : t.prePurchase(formatAmount(prePurchase.remaining), formatAmount(prePurchase.credits)),
      align: 'end',
    },
    {
      id: 'purchasedOn',
      title: t.purchasedOn,
      value: ({ purchasedOn }) => purchasedOn,
      cell: ({ purchasedOn }) => formatDate(purchasedOn),
      nowrap: true,
      minor: true,
    },
    {
      id: 'startsOn',
      title: t.startsOn,
      value: ({ startsOn }) => startsOn,
      cell: ({ startsOn }) => formatDate(startsOn),
      nowrap: true,
      extra: true,
    },
    {
      id: 'endsOn',
      title: t.endsOn,
      value: ({ endsOn, endedAt }) => endedAt?.slice(0, 10) ?? endsOn,
      cell: ({ endsOn, endedAt }) => ((endedAt ?? endsOn) ? formatDate((endedAt ?? endsOn)!) : t.open),
      nowrap: true,
    },
    { id: 'state', title: t.state, value: (entitlement) => t.states[stateOf(entitlement, today)], nowrap: true },
    { id: 'id', title: t.id, value: ({ id }) => id, extra: true },
    {
      id: 'end',
      title: licensingText.acts,
      cell: (entitlement) =>
        stateOf(entitlement, today) === 'ended' ? null : (
          <ConfirmButton
            operation="endEntitlement"
            size="small"
            label={t.end}
            name={t.endOf(nameOf(entitlement))}
            question={t.endQuestion(nameOf(entitlement), formatCount(entitlement.quantity))}
            consequence={t.endConsequence}
            act={() => ask('endEntitlement', { params: { id: entitlement.id } })}
            done={t.ended(nameOf(entitlement))}
          />
        ),
    },
  ];
}

function Product({ name, currency }: { name: string; currency: string }) {
  const styles = useStyles();
  return (
    <div className={styles.stack}>
      <Text weight="semibold">{name}</Text>
      <Text size={200} className={styles.muted}>
        {currency}
      </Text>
    </div>
  );
}
