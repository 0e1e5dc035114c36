-- Common tables that read themselves, over tables of two files.
-- pool org
CREATE TABLE staff(id INTEGER PRIMARY KEY, boss INT, name TEXT COLLATE NOCASE, pay REAL);
INSERT INTO staff VALUES (1, NULL, 'Ann', 10), (2, 1, 'bob', 7.5), (3, 1, 'Cid', 8), (4, 2, 'dora', 5), (5, 2, 'Eve', 5), (6, 3, 'fay', 4), (7, 6, 'gus', 3), (8, 99, 'hal', 1);
CREATE TABLE words(w TEXT); INSERT INTO words VALUES ('a'), ('A'), ('b');
-- pool map
CREATE TABLE roads(a INT, b INT, miles); CREATE INDEX roads_a ON roads(a);
INSERT INTO roads VALUES (1, 2, 5), (2, 3, 2.5), (3, 1, 1), (2, 4, 7), (4, 5, 1), (5, 2, 3), (7, 8, 2);
CREATE TABLE towns(id INTEGER PRIMARY KEY, name TEXT); INSERT INTO towns VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, 'four'), (5, 'five'), (6, 'six');
-- queries
WITH RECURSIVE under(id, level) AS (SELECT id, 0 FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, level + 1 FROM staff s JOIN under ON s.boss = under.id) SELECT under.id, level, t.name FROM under LEFT JOIN map.towns t USING (id) ORDER BY 1;
WITH RECURSIVE under(id, level) AS (SELECT id, 0 FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, level + 1 FROM staff s, under WHERE s.boss = under.id ORDER BY 2 DESC) SELECT id, level, (SELECT count(*) FROM map.towns) FROM under;
WITH RECURSIVE under(id, level) AS (SELECT id, 0 FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, level + 1 FROM staff s, under WHERE s.boss = under.id ORDER BY 2, 1 DESC LIMIT 4 OFFSET 1) SELECT id, level, (SELECT count(*) FROM map.towns) FROM under;
WITH RECURSIVE reach(town) AS (SELECT id FROM towns WHERE id = 1 UNION SELECT b FROM reach, roads WHERE a = town) SELECT town, name FROM reach LEFT JOIN org.staff ON staff.id = town ORDER BY town;
WITH RECURSIVE route(town, path, length) AS (SELECT 1, '/1/', 0 UNION ALL SELECT b, path || b || '/', length + miles FROM route JOIN map.roads ON a = town WHERE instr(path, '/' || b || '/') = 0) SELECT path, length, s.name FROM route JOIN org.staff s ON s.id = town ORDER BY path;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6) SELECT i, s.name, t.name FROM n LEFT JOIN org.staff s ON s.id = i LEFT JOIN map.towns t ON t.id = i ORDER BY i;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, (SELECT name FROM org.staff WHERE id = i), (SELECT name FROM map.towns WHERE id = i) FROM n LIMIT 4;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5 OFFSET 2) SELECT i, s.name, t.name FROM n LEFT JOIN org.staff s ON s.id = i LEFT JOIN map.towns t ON t.id = i ORDER BY i;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 0) SELECT count(*) FROM n, org.staff, map.towns;
WITH RECURSIVE up(id) AS (VALUES (7) UNION ALL SELECT boss FROM staff, up WHERE staff.id = up.id AND boss IS NOT NULL) SELECT up.id, t.name FROM up LEFT JOIN map.towns t ON t.id = up.id ORDER BY 1;
WITH RECURSIVE pay(id, total) AS (SELECT id, pay FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, total + s.pay FROM pay JOIN org.staff s ON s.boss = pay.id) SELECT pay.id, total, typeof(total), t.name FROM pay JOIN map.towns t ON t.id = pay.id ORDER BY 1;
WITH RECURSIVE pay(id, total) AS (SELECT id, pay FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, 1 FROM pay JOIN org.staff s ON s.boss = pay.id) SELECT pay.id, total, typeof(total), t.name FROM pay JOIN map.towns t ON t.id = pay.id ORDER BY 1;
WITH RECURSIVE w(x) AS (SELECT name FROM staff WHERE id = 1 UNION SELECT upper(x) FROM w UNION SELECT lower(x) FROM w) SELECT x, (SELECT min(name) FROM map.towns) FROM w;
WITH RECURSIVE w(x) AS (SELECT w FROM org.words UNION SELECT upper(x) FROM w) SELECT x, (SELECT min(name) FROM map.towns) FROM w ORDER BY 1;
WITH RECURSIVE two(a, n) AS (SELECT 1, 0 UNION ALL SELECT a * 2, n + 1 FROM two WHERE n < 3 UNION ALL SELECT a * 3, n + 1 FROM two WHERE n < 3) SELECT a, n, (SELECT count(*) FROM map.towns, org.staff) FROM two ORDER BY n, a;
WITH RECURSIVE two(a, n) AS (SELECT 1, 0 UNION ALL SELECT a * 2, n + 1 FROM two UNION ALL SELECT a * 3, n + 1 FROM two LIMIT 7) SELECT a, n, (SELECT count(*) FROM map.towns, org.staff) FROM two;
WITH RECURSIVE r(a) AS (SELECT id FROM staff WHERE id < 3 UNION SELECT id FROM map.towns WHERE id = 4 UNION ALL SELECT a + 10 FROM r WHERE a < 20) SELECT a, s.name FROM r LEFT JOIN org.staff s ON s.id = a ORDER BY a;
WITH RECURSIVE r(id) AS (SELECT 1 UNION SELECT b FROM r JOIN map.roads ON a = r.id WHERE NOT EXISTS (SELECT 1 FROM org.staff s WHERE s.id = b AND s.name LIKE 'd%')) SELECT r.id, name FROM r JOIN org.staff USING (id) ORDER BY 1;
WITH RECURSIVE r(id) AS (SELECT 1 UNION SELECT b FROM r JOIN map.roads ON a = r.id WHERE b IN (SELECT id FROM org.staff WHERE pay > 4)) SELECT r.id, name FROM r JOIN org.staff USING (id) ORDER BY 1;
WITH RECURSIVE r(id, x) AS (SELECT 1, NULL UNION SELECT b, s.name FROM r JOIN map.roads ON a = r.id LEFT JOIN org.staff s ON s.id = b AND s.pay < 8) SELECT r.id, x FROM r ORDER BY 1, 2;
WITH RECURSIVE r(id) AS (SELECT 1 UNION ALL SELECT r.id + 1 FROM r, (SELECT max(id) AS most FROM map.towns) WHERE r.id < most) SELECT a.id, b.id, s.name FROM r a JOIN r b ON b.id = a.id * 2 JOIN org.staff s ON s.id = a.id ORDER BY 1;
WITH RECURSIVE under(id, name) AS (SELECT id, name FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, s.name FROM staff s JOIN under ON s.boss = under.id ORDER BY name) SELECT under.id, under.name, t.name FROM under LEFT JOIN map.towns t USING (id);
WITH RECURSIVE under(id, name) AS (SELECT id, name FROM staff WHERE boss IS NULL UNION ALL SELECT s.id, s.name FROM staff s JOIN under ON s.boss = under.id ORDER BY name COLLATE BINARY DESC) SELECT under.id, under.name, t.name FROM under LEFT JOIN map.towns t USING (id);
WITH RECURSIVE t(x) AS (SELECT '1' UNION ALL SELECT x + 1 FROM t WHERE x < 3) SELECT x, typeof(x), s.name, n.name FROM t LEFT JOIN org.staff s ON s.id = x LEFT JOIN map.towns n ON n.id = x ORDER BY 1;
WITH RECURSIVE t(x) AS (SELECT id FROM map.towns WHERE id = 2 UNION ALL SELECT x || '0' FROM t WHERE length(x) < 3) SELECT x, typeof(x), x = '20', s.name FROM t LEFT JOIN org.staff s ON s.id = x ORDER BY 1;
WITH RECURSIVE t(x) AS (WITH base AS (SELECT min(id) AS m FROM map.towns) SELECT m FROM base UNION ALL SELECT x + (SELECT m FROM base) FROM t WHERE x < 3) SELECT x, s.name FROM t JOIN org.staff s ON s.id = x ORDER BY 1;
SELECT s.name, (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i) FROM n), t.name FROM org.staff s JOIN map.towns t USING (id) ORDER BY s.id;
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1, 2 FROM t) SELECT * FROM t, org.staff, map.towns;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT t.id, i, s.name FROM map.towns t LEFT JOIN n ON n.i = t.id LEFT JOIN org.staff s ON s.id = t.id ORDER BY 1;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT t.id, i, s.name FROM map.towns t FULL JOIN n ON n.i = t.id + 1 LEFT JOIN org.staff s ON s.id = t.id ORDER BY 1, 2;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT t.id, s.name FROM map.towns t JOIN org.staff s USING (id) WHERE EXISTS (SELECT 1 FROM n WHERE n.i = t.id) ORDER BY 1;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT t.id, s.name FROM map.towns t JOIN org.staff s USING (id) WHERE NOT EXISTS (SELECT 1 FROM n WHERE n.i = t.id) ORDER BY 1;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT t.id, s.name FROM map.towns t JOIN org.staff s USING (id) WHERE t.id NOT IN (SELECT i FROM n) ORDER BY 1;
-- not federated
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT max(x) + 1 FROM t) SELECT * FROM t, org.staff, map.towns;
-- not federated
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM (SELECT x FROM t)) SELECT * FROM t, org.staff, map.towns;
-- not federated
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT a.x + 1 FROM t a, t b) SELECT * FROM t, org.staff, map.towns;
-- not federated
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT coalesce(t.x, 7) + s.id FROM org.staff s LEFT JOIN t ON t.x = s.id LIMIT 12) SELECT x, n.name FROM t LEFT JOIN map.towns n ON n.id = x;
