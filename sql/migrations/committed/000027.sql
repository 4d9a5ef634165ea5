--! Previous: sha1:d948af6d02e9aa047b411f7925f94be4ee06a82b
--! Hash: sha1:2b2ba9cdcd4cdff5e5226350890233ffcf05c11a

-- A page of a list is answered within 50 ms: half of that is for the search.
update limpet.settings set value = '25' where name = 'limit.search_ms' and value = '40';
