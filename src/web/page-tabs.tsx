// The parts of a page, which its address names: tabs, or a choice where there is no room for them.

import { makeStyles, Select, Tab, TabList, tokens } from '@fluentui/react-components';
import { NARROW } from './frame/navigation.tsx';

const useStyles = makeStyles({
  // The text of the first stands below the heading.
  tabs: { marginLeft: `calc(-1 * ${tokens.spacingHorizontalM})`, [NARROW]: { display: 'none' } },
  choice: { display: 'none', [NARROW]: { display: 'inline-flex', alignSelf: 'start', minWidth: '220px' } },
});

export interface PageTabsProps<Name extends string> {
  label: string;
  names: readonly Name[];
  titles: Readonly<Record<Name, string>>;
  shown: Name;
  onShow: (name: Name) => void;
}

/** `<PageTabs label="Parts of the settings" names={['credits', 'keys']} titles={t.tabs} shown={tab} onShow={(tab) => change({ tab })} />` */
export function PageTabs<Name extends string>({ label, names, titles, shown, onShow }: PageTabsProps<Name>) {
  const styles = useStyles();
  return (
    <>
      <TabList
        aria-label={label}
        className={styles.tabs}
        selectedValue={shown}
        onTabSelect={(_, { value }) => onShow(value as Name)}
      >
        {names.map((name) => (
          <Tab key={name} value={name}>
            {titles[name]}
          </Tab>
        ))}
      </TabList>
      <Select aria-label={label} className={styles.choice} value={shown} onChange={(_, { value }) => onShow(value as Name)}>
        {names.map((name) => (
          <option key={name} value={name}>
            {titles[name]}
          </option>
        ))}
      </Select>
    </>
  );
}
