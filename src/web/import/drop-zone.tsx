// Where files are dropped, or chosen.

import { Button, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import { ArrowUploadRegular } from '@fluentui/react-icons/svg/arrow-upload';
import { type DragEvent, useRef, useState } from 'react';
import { importText as t } from '../strings/import.ts';

const useStyles = makeStyles({
  zone: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalXXL,
    textAlign: 'center',
    border: `${tokens.strokeWidthThick} dashed ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  over: {
    backgroundColor: tokens.colorBrandBackground2,
    border: `${tokens.strokeWidthThick} dashed ${tokens.colorBrandStroke1}`,
  },
  muted: { color: tokens.colorNeutralForeground2, textWrap: 'balance' },
  input: { display: 'none' },
});

export function DropZone({ choose }: { choose: (files: readonly File[]) => void }) {
  const styles = useStyles();
  const inputRef = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is for a mouse; the button is for everybody
    <div
      className={mergeClasses(styles.zone, isOver && styles.over)}
      onDragEnter={over}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        choose([...event.dataTransfer.files]);
      }}
    >
      <Text weight="semibold">{isOver ? t.dropNow : t.drop}</Text>
      <Button appearance="primary" icon={<ArrowUploadRegular />} onClick={() => inputRef.current?.click()}>
        {t.choose}
      </Button>
      <input
        ref={inputRef}
        className={styles.input}
        type="file"
        multiple
        accept=".csv,.tsv,.txt,text/csv"
        aria-label={t.chooseLabel}
        onChange={(event) => {
          choose([...(event.target.files ?? [])]);
          // The same file again is chosen again.
          event.target.value = '';
        }}
      />
      <Text size={200} align="center" className={styles.muted}>
        {t.taken} {t.nothingYet}
      </Text>
    </div>
  );
}
