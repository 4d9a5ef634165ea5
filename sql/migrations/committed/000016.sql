--! Previous: sha1:0a7862c57e8761766abb3c845e6434159dd7668f
--! Hash: sha1:fcc09f5cb53820a02a8404f03e193b7506b5105c

-- When a reader first found that this host must be gone and nobody was left to say so (limpet.settle_abandoned); a beat takes it back.
alter table limpet.hosts add column doubted_at timestamptz;
