-- Next free moments of whoever has a quota at the exchange, shared by all isolates. Wall time, epoch ms.
INSERT INTO schema_version (version) VALUES (3);

CREATE TABLE paces (
  -- `order:USER`, `other:USER`, `quotation:GROUP`
  name TEXT PRIMARY KEY,
  -- When the last turn that was given out is used up.
  until_wall_ms INTEGER NOT NULL
) STRICT;
