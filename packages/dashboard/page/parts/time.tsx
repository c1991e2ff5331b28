import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const steps: readonly (readonly [unit: string, seconds: number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** `3 min ago`; the whole time as a tooltip. */
export function Ago({ time }: { time: string }): JSX.Element | null {
  const now = useNow();
  if (time === '') return null;
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1_000));
  const [unit, size] = steps.find(([, length]) => seconds >= length) ?? ['s', 1];
  return (
    <time dateTime={time} title={new Date(time).toLocaleString()}>
      {seconds < 1 ? 'now' : `${Math.floor(seconds / size)} ${unit} ago`}
    </time>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
