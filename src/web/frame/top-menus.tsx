// The menus at the top: the theme, and who is signed in.

import {
  Button,
  Menu,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Text,
  Tooltip,
  tokens,
} from '@fluentui/react-components';
import { PersonCircleRegular } from '@fluentui/react-icons/svg/person-circle';
import { WeatherMoonRegular } from '@fluentui/react-icons/svg/weather-moon';
import { WeatherSunnyRegular } from '@fluentui/react-icons/svg/weather-sunny';
import { signOut } from '../client.ts';
import { useToast } from '../problem/toast.tsx';
import { useSignedIn } from '../session.ts';
import { frameText } from '../strings/frame.ts';
import { chooseTheme, THEMES, type Theme, useIsDark, useTheme } from '../theme.ts';

const useStyles = makeStyles({
  who: {
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    display: 'flex',
    flexDirection: 'column',
    maxWidth: '280px',
  },
  muted: { color: tokens.colorNeutralForeground3, overflowWrap: 'anywhere' },
});

export function TopMenus() {
  return (
    <>
      <ThemeMenu />
      <AccountMenu />
    </>
  );
}

function ThemeMenu() {
  const theme = useTheme();
  const dark = useIsDark();
  return (
    <Menu
      checkedValues={{ theme: [theme] }}
      onCheckedValueChange={(_, { checkedItems }) => chooseTheme((checkedItems[0] ?? 'system') as Theme)}
    >
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={frameText.theme} relationship="label">
          <Button appearance="subtle" icon={dark ? <WeatherMoonRegular /> : <WeatherSunnyRegular />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {THEMES.map((each) => (
            <MenuItemRadio key={each} name="theme" value={each}>
              {frameText.themes[each]}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function AccountMenu() {
  const styles = useStyles();
  const toast = useToast();
  const { role, userId, keyName } = useSignedIn();
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={frameText.signedInAs} relationship="label">
          <Button appearance="subtle" icon={<PersonCircleRegular />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <div className={styles.who}>
          <Text weight="semibold">{userId ?? frameText.roles[role]}</Text>
          {userId !== null && <Text size={200}>{frameText.roles[role]}</Text>}
          {keyName !== null && (
            <Text size={200} className={styles.muted}>
              {frameText.keyOf(keyName)}
            </Text>
          )}
        </div>
        <MenuList>
          <MenuItem onClick={() => void signOut().catch(toast.failed)}>{frameText.signOut}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
