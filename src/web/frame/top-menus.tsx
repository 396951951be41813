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
  useRestoreFocusTarget,
} from '@fluentui/react-components';
import { PersonCircleRegular } from '@fluentui/react-icons/svg/person-circle';
import { WeatherMoonRegular } from '@fluentui/react-icons/svg/weather-moon';
import { WeatherSunnyRegular } from '@fluentui/react-icons/svg/weather-sunny';
import { PASSWORD_PANEL, SIGN_OUT_PANEL } from '../account/account-panels.ts';
import { leave } from '../client.ts';
import { usePanel } from '../panel/panel-state.ts';
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
  called: { overflowWrap: 'anywhere' },
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
  const restoreFocusTarget = useRestoreFocusTarget();
  const password = usePanel(PASSWORD_PANEL);
  const signingOut = usePanel(SIGN_OUT_PANEL);
  const { role, userId, keyName, personId, name, email, hasPassword } = useSignedIn();
  const isPerson = personId !== null;
  const called = isPerson ? name : userId;
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={frameText.signedInAs} relationship="label">
          <Button appearance="subtle" icon={<PersonCircleRegular />} {...restoreFocusTarget} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <div className={styles.who}>
          <Text weight="semibold" className={styles.called}>
            {called ?? frameText.roles[role]}
          </Text>
          {email !== null && (
            <Text size={200} className={styles.muted}>
              {email}
            </Text>
          )}
          {called !== null && <Text size={200}>{frameText.roles[role]}</Text>}
          {keyName !== null && (
            <Text size={200} className={styles.muted}>
              {frameText.keyOf(keyName)}
            </Text>
          )}
        </div>
        <MenuList>
          {hasPassword && <MenuItem onClick={() => password.open()}>{frameText.changePassword}</MenuItem>}
          {isPerson && <MenuItem onClick={() => signingOut.open()}>{frameText.signOutEverywhere}</MenuItem>}
          <MenuItem onClick={() => void leave('signOut').catch(toast.failed)}>{frameText.signOut}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
