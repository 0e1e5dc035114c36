-- A few rows of a big table tell how many its conditions let through, which no index does.
-- pool log
CREATE TABLE events(id INTEGER PRIMARY KEY, device INTEGER, kind TEXT, level INTEGER);
INSERT INTO events SELECT value, value % 20000, CASE value % 4 WHEN 0 THEN 'rare' ELSE 'common' END, value % 10 FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 120000) SELECT value FROM n);
-- pool fleet
CREATE TABLE devices(id INTEGER PRIMARY KEY, owner TEXT);
INSERT INTO devices SELECT value, 'owner ' || value FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 20000) SELECT value FROM n);
-- queries
SELECT d.owner, e.level FROM fleet.devices d JOIN log.events e ON e.device = d.id WHERE e.kind = 'common';
SELECT d.owner, e.level FROM fleet.devices d JOIN log.events e ON e.device = d.id WHERE e.kind = 'common' AND e.level < 5;
SELECT d.owner, e.level FROM fleet.devices d JOIN log.events e ON e.device = d.id WHERE e.kind = 'never';
SELECT d.owner, e.level FROM fleet.devices d JOIN log.events e ON e.device = d.id WHERE e.id = 7 AND e.kind = 'common';
