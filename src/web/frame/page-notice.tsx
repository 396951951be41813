// What stands in the place of a page: while it loads, where there is none, and where it failed.

import { Button, MessageBar, MessageBarActions, MessageBarBody, Spinner } from '@fluentui/react-components';
import { PageLink } from '../page-link.tsx';
import { problemSentence } from '../problem/problem-sentence.ts';
import { frameText } from '../strings/frame.ts';

export function Loading() {
  return <Spinner label={frameText.loading} delay={300} />;
}

export function NotFound() {
  return (
    <MessageBar>
      <MessageBarBody>
        {frameText.notFound} <PageLink to="/">{frameText.toHome}</PageLink>
      </MessageBarBody>
    </MessageBar>
  );
}

export function PageFailed({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        {frameText.failed} {problemSentence(error)}
      </MessageBarBody>
      <MessageBarActions>
        <Button onClick={retry}>{frameText.tryAgain}</Button>
      </MessageBarActions>
    </MessageBar>
  );
}
