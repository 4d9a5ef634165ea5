/** The commands of `limpet`, in the order of its help. */
import { version } from '../sql/contract/version.ts';
import { addAttach } from './commands/attach.ts';
import { addAudit } from './commands/audit.ts';
import { addCancel } from './commands/cancel.ts';
import { addClose } from './commands/close.ts';
import { addCompletion } from './commands/completion.ts';
import { addEdge } from './commands/edge.ts';
import { addExec } from './commands/exec.ts';
import { addFork } from './commands/fork.ts';
import { addHistory } from './commands/history.ts';
import { addHost } from './commands/host.ts';
import { addInterrupt } from './commands/interrupt.ts';
import { addKeys } from './commands/keys.ts';
import { addMigrate } from './commands/migrate.ts';
import { addOpen } from './commands/open.ts';
import { addRecording } from './commands/recording.ts';
import { addReplay } from './commands/replay.ts';
import { addRetention } from './commands/retention.ts';
import { addSessions } from './commands/sessions.ts';
import { addTail } from './commands/tail.ts';
import { addUp } from './commands/up.ts';
import { addUsage } from './commands/usage.ts';
import { createProgram } from './program.ts';

await createProgram(version, {
  'Commands:': [addExec, addTail, addHistory, addInterrupt, addCancel],
  'Sessions:': [addOpen, addSessions, addAttach, addFork, addReplay, addRecording, addClose],
  'Running limpet:': [addUp, addHost, addEdge, addMigrate],
  'Keys and shells:': [addKeys, addCompletion],
  'The record:': [addAudit, addRetention, addUsage],
}).parseAsync();
