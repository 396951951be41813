// What stands on a page until it is filled.

import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { frameText } from '../strings/frame.ts';
import { PageHeading } from './section.tsx';

export function BeingBuilt({ title }: { title: string }) {
  return (
    <>
      <PageHeading title={title} />
      <MessageBar>
        <MessageBarBody>{frameText.beingBuilt}</MessageBarBody>
      </MessageBar>
    </>
  );
}
