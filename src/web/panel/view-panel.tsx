// A panel that shows something and saves nothing. It is opened and closed by the address, as forms are.

import {
  Button,
  DrawerBody,
  DrawerHeader,
  DrawerHeaderTitle,
  makeStyles,
  OverlayDrawer,
  tokens,
} from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import type { ReactNode } from 'react';
import { panelText } from '../strings/panel.ts';
import type { PanelState } from './panel-state.ts';
import { useReturnFocus } from './return-focus.ts';

const useStyles = makeStyles({
  body: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, paddingBottom: tokens.spacingVerticalXXL },
  usual: { width: 'min(100vw, 480px)', maxWidth: '100vw' },
  wide: { width: 'min(100vw, 760px)', maxWidth: '100vw' },
  title: { overflowWrap: 'anywhere' },
});

export interface ViewPanelProps {
  /** Of `usePanel`. */
  panel: Pick<PanelState<string>, 'isOpen' | 'close'>;
  title: string;
  size?: 'usual' | 'wide';
  children: ReactNode;
}

export function ViewPanel({ panel, title, size = 'usual', children }: ViewPanelProps) {
  const styles = useStyles();
  return (
    <OverlayDrawer
      open={panel.isOpen}
      position="end"
      className={styles[size]}
      onOpenChange={(_, { open }) => {
        if (!open) panel.close();
      }}
    >
      {panel.isOpen && (
        <Content title={title} close={panel.close}>
          {children}
        </Content>
      )}
    </OverlayDrawer>
  );
}

function Content({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  const styles = useStyles();
  useReturnFocus();
  return (
    <>
      <DrawerHeader>
        <DrawerHeaderTitle
          className={styles.title}
          action={<Button appearance="subtle" icon={<DismissRegular />} aria-label={panelText.close} onClick={close} />}
        >
          {title}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody className={styles.body}>{children}</DrawerBody>
    </>
  );
}
