/** What a scripted command does. Its text carries it, so that the shell double needs to know nothing else. */
import { z } from 'zod';

const Script = z.object({
  /** Written one after another, each after a pause. */
  pieces: z.array(z.object({ stream: z.union([z.literal(1), z.literal(2)]), bytes: z.int(), pauseMs: z.int() })),
  /** `exit`: the shell lives on; `shell_exit`: it ended its shell; `wait`: it runs until it is told to end. */
  end: z.enum(['exit', 'shell_exit', 'wait']),
  exitCode: z.int(),
  ignoresInterrupt: z.boolean(),
  /** Whether the shell is back at its prompt once the command was killed. */
  shellSurvives: z.boolean(),
  /** What a background job writes after the command's end. */
  lateBytes: z.int(),
  /** Writes out what it reads, until its input ends. */
  echoes: z.boolean(),
  timeoutMs: z.int().nullable(),
  maxOutput: z.int().nullable(),
});
export type Script = z.infer<typeof Script>;

export function textOf(script: Script): string {
  return JSON.stringify(script);
}

/** Throws where the text is none of ours: then a command was changed on its way. */
export function scriptOf(text: string): Script {
  return Script.parse(JSON.parse(text));
}

/** Bytes that tell which command wrote them and where, so that none can stand in another's place. */
export function outputOf(command: string, stream: number, offset: number, length: number): Buffer {
  const line = (at: number) => `${command.slice(0, 8)}/${stream}/${String(at).padStart(8, '0')}\n`;
  const size = line(0).length;
  const first = Math.floor(offset / size);
  const count = Math.ceil((offset + length) / size) - first;
  const text = Array.from({ length: count }, (_, index) => line(first + index)).join('');
  return Buffer.from(text).subarray(offset - first * size, offset - first * size + length);
}
