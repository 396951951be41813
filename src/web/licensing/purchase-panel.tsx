// The panel that enters a purchase (E2, E6–E9): `?panel=purchase&product=copilot-credit-pack`. Whether it can be bought is said by the
// server when it is entered: it knows the dates.

import { Input, makeStyles, Select, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Credits, CURRENCIES, credits, formatCredits, least } from '../../core/credits.ts';
import { ask } from '../client.ts';
import { formatAmount, formatCount } from '../figures.ts';
import { useWhyNot } from '../may.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { licensingText } from '../strings/licensing.ts';
import { words } from '../strings/words.ts';
import { catalogueQuery, type Product } from './licensing-data.ts';

const t = licensingText.purchase;
const PURCHASE_PARAMETERS = ['product'] as const;
type PurchaseState = PanelState<(typeof PURCHASE_PARAMETERS)[number]>;

const useStyles = makeStyles({
  dates: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 200px), 1fr))',
    gap: tokens.spacingHorizontalM,
  },
  input: { minWidth: 0 },
  brings: {
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
  },
});

export function usePurchasePanel(): PurchaseState {
  return usePanel('purchase', PURCHASE_PARAMETERS);
}

export function PurchasePanel({ panel }: { panel: PurchaseState }) {
  const { data: products } = useQuery(catalogueQuery);
  return panel.isOpen && products ? <PurchaseForm panel={panel} products={products} /> : null;
}

function quantityOf(entered: string): number | null {
  const plain = entered.replace(/[\s,]/g, '');
  return /^[1-9]\d{0,9}$/.test(plain) ? Number(plain) : null;
}

function PurchaseForm({ panel, products }: { panel: PurchaseState; products: readonly Product[] }) {
  const styles = useStyles();
  const asked =
    products.find(({ id }) => id === panel.parameters.product) ??
    products.find(({ id }) => id === 'copilot-credit-pack') ??
    products[0]!;
  const [product, setProduct] = useState(asked);
  const [entered, setEntered] = useState('');
  const [dates, setDates] = useState({ purchasedOn: '', startsOn: '', endsOn: '' });
  const whyNot = useWhyNot('createEntitlement');
  const quantity = quantityOf(entered);
  const isPrePurchase = product.kind === 'pre-purchase';
  const fault = entered !== '' && quantity === null ? t.wrongQuantity : null;
  return (
    <FormPanel
      panel={panel}
      title={t.title}
      saveLabel={t.save}
      saved={t.saved(product.name, formatCount(quantity ?? 0))}
      isDirty={entered !== '' || Object.values(dates).some((date) => date !== '')}
      blocked={whyNot ?? (quantity === null ? t.fill : null)}
      save={async () => {
        const said = Object.fromEntries(Object.entries(dates).filter(([, date]) => date !== ''));
        await ask('createEntitlement', { body: { product: product.id, quantity: quantity ?? 0, ...said } });
      }}
    >
      <Text>{t.intro}</Text>
      <PanelField pointer="/product" label={licensingText.entitlements.product}>
        <Select value={product.id} onChange={(_, { value }) => setProduct(products.find(({ id }) => id === value) ?? product)}>
          {CURRENCIES.map((currency) => (
            <optgroup key={currency} label={words.currencies[currency]}>
              {products
                .filter((each) => each.currency === currency)
                .map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
            </optgroup>
          ))}
        </Select>
      </PanelField>
      <PanelField
        pointer="/quantity"
        label={t.quantity}
        required
        fault={fault}
        hint={[
          t.quantityHint(formatAmount(product.creditsPerUnit), t.cadences[product.cadence]),
          product.minimumQuantity > 1 ? t.minimum(formatCount(product.minimumQuantity)) : '',
          product.capPerTenant === null ? '' : t.cap(formatAmount(product.capPerTenant)),
        ]
          .filter(Boolean)
          .join('. ')
          .replaceAll('..', '.')}
      >
        <Input
          className={styles.input}
          inputMode="numeric"
          autoComplete="off"
          value={entered}
          onChange={(_, { value }) => setEntered(value)}
        />
      </PanelField>
      {quantity !== null && <Text className={styles.brings}>{brings(product, quantity)}</Text>}
      <div className={styles.dates}>
        <PanelField pointer="/purchasedOn" label={t.purchasedOn} hint={t.purchasedOnHint}>
          <Input
            className={styles.input}
            type="date"
            value={dates.purchasedOn}
            onChange={(_, { value }) => setDates({ ...dates, purchasedOn: value })}
          />
        </PanelField>
        <PanelField pointer="/startsOn" label={t.startsOn} hint={t.startsOnHint}>
          <Input
            className={styles.input}
            type="date"
            value={dates.startsOn}
            onChange={(_, { value }) => setDates({ ...dates, startsOn: value })}
          />
        </PanelField>
        {!isPrePurchase && (
          <PanelField pointer="/endsOn" label={t.endsOn} hint={t.endsOnHint}>
            <Input
              className={styles.input}
              type="date"
              value={dates.endsOn}
              onChange={(_, { value }) => setDates({ ...dates, endsOn: value })}
            />
          </PanelField>
        )}
      </div>
    </FormPanel>
  );
}

/** E2, alone: what this purchase would bring if the tenant had nothing else of this type. */
function brings({ creditsPerUnit, capPerTenant, cadence, currency }: Product, quantity: number): string {
  const all = (credits(creditsPerUnit) * BigInt(quantity)) as Credits;
  const name = words.currencies[currency];
  if (cadence === 'year-from-start') return t.bringsForAYear(formatAmount(formatCredits(all)), name);
  const brought = capPerTenant === null ? all : least(all, credits(capPerTenant));
  return (brought < all ? t.bringsCapped : t.brings)(formatAmount(formatCredits(brought)), name);
}
