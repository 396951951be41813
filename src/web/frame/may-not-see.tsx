// What stands in the place of what somebody may not see: why, and whom to ask.

import { MessageBar, MessageBarBody } from '@fluentui/react-components';

export function MayNotSee({ why }: { why: string }) {
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>{why}</MessageBarBody>
    </MessageBar>
  );
}
