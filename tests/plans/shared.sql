-- What is read once: equal entries of an index, and a join that a subquery repeats.
-- pool log
CREATE TABLE events(id INTEGER PRIMARY KEY, device INTEGER, kind TEXT, level INTEGER);
INSERT INTO events SELECT value, value % 2000, 'kind ' || (value % 7), value % 10 FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 60000) SELECT value FROM n);
CREATE INDEX events_device ON events(device);
-- pool fleet
CREATE TABLE devices(id INTEGER PRIMARY KEY, owner TEXT, place TEXT);
INSERT INTO devices SELECT value, 'owner ' || value, 'place ' || (value % 9) FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 2000) SELECT value FROM n);
-- queries
SELECT d.place, count(*) FROM fleet.devices d JOIN log.events e ON e.device = d.id GROUP BY d.place;
SELECT d.owner FROM fleet.devices d WHERE NOT EXISTS (SELECT 1 FROM log.events e WHERE e.device = d.id);
SELECT d.place, count(*), max(d.owner) FROM fleet.devices d JOIN log.events e ON e.device = d.id GROUP BY d.place;
SELECT e.kind, sum(e.level) FROM fleet.devices d JOIN log.events e ON e.device = d.id WHERE d.place = 'place 3' GROUP BY e.kind
  HAVING sum(e.level) > (SELECT avg(e.level) FROM fleet.devices d JOIN log.events e ON e.device = d.id WHERE d.place = 'place 3');
