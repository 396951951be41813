// What an empty list shows: what to do next, with the command that does it.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { apiUrl } from './client.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
  },
  command: {
    margin: 0,
    padding: tokens.spacingHorizontalM,
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    userSelect: 'all',
  },
});

export interface NextStepProps {
  text: string;
  /** What is posted to which path. */
  post: { path: string; body: object };
  /** Of HTTP, where it is not POST. */
  method?: 'PUT';
}

export function NextStep({ text, post, method }: NextStepProps) {
  const styles = useStyles();
  const command = [
    `curl ${method === undefined ? '' : `-X ${method} `}${apiUrl(post.path)}`,
    "-H 'Authorization: Bearer YOUR-KEY'",
    "-H 'Content-Type: application/json'",
    `-d '${JSON.stringify(post.body)}'`,
  ].join(' \\\n  ');
  return (
    <div className={styles.root}>
      <Text>{text}</Text>
      <pre className={styles.command}>{command}</pre>
    </div>
  );
}
