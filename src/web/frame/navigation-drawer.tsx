// The pages in a drawer, where there is no room for them at the side.

import { Button, DrawerBody, DrawerHeader, DrawerHeaderTitle, OverlayDrawer } from '@fluentui/react-components';
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss';
import { navigationText } from '../strings/navigation.ts';
import { NavigationList } from './navigation.tsx';

export function NavigationDrawer({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  return (
    <OverlayDrawer
      open={isOpen}
      position="start"
      size="small"
      onOpenChange={(_, { open }) => {
        if (!open) close();
      }}
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          action={<Button appearance="subtle" icon={<DismissRegular />} aria-label={navigationText.close} onClick={close} />}
        >
          {navigationText.label}
        </DrawerHeaderTitle>
      </DrawerHeader>
      <DrawerBody>
        <nav aria-label={navigationText.label}>
          <NavigationList onChosen={close} />
        </nav>
      </DrawerBody>
    </OverlayDrawer>
  );
}
