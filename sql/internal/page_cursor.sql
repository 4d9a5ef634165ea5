-- Where the next page of a newest-first list goes on: the last item's creation time in microseconds, and its id. Null on the last page.
create or replace function limpet.page_cursor(p_at timestamptz, p_id uuid, p_more boolean) returns text
  language sql immutable parallel safe as $$
  select case when p_more then (extract(epoch from p_at) * 1000000)::bigint || '.' || p_id end
$$;
