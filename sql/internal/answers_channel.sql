-- The channel on which an edge hears of its own callers' commands (answersChannel in sql/contract/hints.ts), if options name one: no other may be
-- named, since what ends the command notifies it. Called by enqueue and submit_commands.
create or replace function limpet.answers_channel(p_options jsonb) returns text
  language sql immutable parallel safe as $$
  select substring(p_options->>'answer_to' from '^limpet_answers:[0-9a-f]{32}$')
$$;
