/** An hour's work, condensed: what a newcomer does with limpet from the first look to the end of the day. */
import type { Terminal } from './terminal.ts';

/** A line of the shell; or what is done inside of a program, told in the transcript under its title. */
type Step = string | { title: string; act: (terminal: Terminal, note: () => Promise<void>) => Promise<void> };

/** `killHost` ends the host's process, as a machine's failure would. */
export const story = (killHost: () => void): Step[] => [
  '# A first look',
  'limpet --help',
  'limpet sessions',
  'limpet open',
  'limpet sessions',
  '# A project in a session of its own',
  'limpet open build -e CI=1 -l team=web',
  "limpet exec -s build 'mkdir -p app && cd app && pwd'",
  'export LIMPET_SESSION=build',
  "printf 'all: a b\\na b:\\n\\t@echo making $@; sleep 0.3; echo $@ > $@\\nclean:\\n\\trm -f a b\\n' | limpet exec 'cat > Makefile'",
  'limpet exec make',
  "limpet exec 'ls -l; make clean; make -n'",
  'limpet exec make nothing',
  'echo "that was $?"',
  'limpet exec \'check() { test -s "$1" && echo "$1 is there"; }\'',
  'limpet exec \'make >/dev/null; check a; check c\'; echo "that was $?"',
  '# Files in and out',
  'head -c 3000000 /dev/urandom > /tmp/hour.bin; sha256sum < /tmp/hour.bin',
  "limpet exec 'cat > data; sha256sum < data' < /tmp/hour.bin",
  'limpet exec cat data | sha256sum; rm /tmp/hour.bin',
  "limpet exec 'seq 1000000' | head -n 2",
  '# Things that take long',
  'limpet exec -t 2s \'echo working; sleep 60\'; echo "that was $?"',
  {
    title: 'Ctrl-C, and Ctrl-C twice',
    act: async (terminal) => {
      await terminal.type("limpet exec 'for i in 1 2 3; do echo step $i; sleep 20; done'", 'Enter');
      await terminal.shows('step 1\n');
      await terminal.type('C-c');
      await terminal.prompt();
      await terminal.type("limpet exec 'trap : INT; for i in 1 2 3 4 5 6; do echo round $i; sleep 1; done'", 'Enter');
      await terminal.shows('round 2\n');
      await terminal.type('C-c');
      await terminal.shows('Interrupted');
      await terminal.type('C-c');
      await terminal.prompt();
    },
  },
  'limpet tail -n 1 build:13; echo "that was $?"',
  "ID=$(limpet exec -d 'for i in 1 2 3; do echo part $i; sleep 2; done'); limpet exec -d 'echo queued'; limpet history build --limit 2",
  'limpet cancel build:15; limpet tail $ID',
  '# Mishaps',
  "limpet exec 'exit 3'; limpet exec 'pwd; check a; echo $CI'",
  'limpet exec "echo \'oops"',
  'limpet exec -s biuld pwd',
  'limpet exec -C /nowhere pwd',
  'limpet exec --tiemout 3s pwd',
  'limpet exec',
  'limpet attach build',
  'LIMPET_URL=http://127.0.0.1:4999 limpet sessions',
  'LIMPET_KEY=lp_wrong limpet sessions',
  'LIMPET_KEY= limpet sessions',
  {
    title: 'The host is lost while a command runs',
    act: async (terminal) => {
      await terminal.type("limpet exec 'echo before; sleep 30; echo after'", 'Enter');
      await terminal.shows('before\n');
      killHost();
      await terminal.prompt();
    },
  },
  'echo "that was $?"; limpet exec \'pwd; check a\'',
  '# Looking back',
  'limpet history build',
  'limpet history build -q make --limit 3',
  'limpet history --json | node -e \'for (const line of require("fs").readFileSync(0, "utf8").trim().split("\\n")) { const c = JSON.parse(line); if (c.state === "lost") console.log(c.command) }\'',
  'limpet fork build try --after 6',
  "limpet exec -s try 'check Makefile; pwd'",
  'limpet replay build --from 2 --to 6',
  'limpet recording build -o /tmp/hour.cast; head -c 200 /tmp/hour.cast; echo; rm /tmp/hour.cast',
  'limpet recording build --format txt | head -n 12',
  'limpet usage',
  'limpet usage --json | node -p \'JSON.parse(require("fs").readFileSync(0, "utf8")).items[0].commands > 10\'',
  'limpet audit export build -o /tmp/hour.ndjson; limpet audit verify /tmp/hour.ndjson --pub "$DATA/audit/key.pub"; echo "that was $?"',
  'sed -i 30d /tmp/hour.ndjson; limpet audit verify /tmp/hour.ndjson --pub "$DATA/audit/key.pub"; rm /tmp/hour.ndjson',
  '# A terminal',
  'limpet open desk --tty',
  {
    title: 'An editor, a pager, a prompt',
    act: async (terminal, note) => {
      await terminal.type('limpet attach desk', 'Enter');
      await terminal.shows('desk ~ $');
      await terminal.type('seq 300 | less', 'Enter');
      await terminal.shows('\n:');
      await terminal.type('G');
      await terminal.shows('\n300\n');
      await note();
      await terminal.type('q');
      await terminal.shows('| less\ndesk ~ $');
      await terminal.type('read -p "Who? " who; echo "Hello $who"', 'Enter');
      await terminal.shows('\nWho?');
      await terminal.type('world', 'Enter');
      await terminal.shows('\nHello world\ndesk ~ $');
      await terminal.type('sleep 300', 'Enter');
      await terminal.shows('$ sleep 300');
      await terminal.type('C-]');
      await terminal.prompt();
    },
  },
  'limpet sessions',
  'limpet interrupt desk; limpet history desk',
  '# Keys for others',
  'READER=$(limpet keys create --name wallboard --scope read --expires 30d)',
  'LIMPET_KEY=$READER limpet sessions; LIMPET_KEY=$READER limpet exec -s build pwd; echo "that was $?"',
  'limpet keys list',
  '# The end of the day',
  'limpet close build try desk; limpet sessions',
  'limpet history build --limit 2',
];
