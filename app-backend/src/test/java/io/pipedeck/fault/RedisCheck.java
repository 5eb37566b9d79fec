package io.pipedeck.fault;

import io.pipedeck.stand.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Looks in Redis for what PostgreSQL knows nothing of. */
final class RedisCheck {
  private final RedisClient redis;
  private final Map<String, String> statuses = new HashMap<>();

  /** Reads what PostgreSQL says of all jobs. */
  RedisCheck(RedisClient redis, Sql sql) throws SQLException {
    this.redis = redis;
    sql.rows(
        "SELECT id, status FROM pipeline_jobs",
        row -> statuses.put(row.getObject(1, UUID.class).toString(), row.getString(2)));
  }

  /** Ids in lists and registries, and hashes, that show another state than the truth. */
  List<String> orphans() {
    List<String> found = new ArrayList<>();
    for (String key : keys("rq:queue:*")) {
      for (String id : redis.lrange(key, 0, -1)) {
        if (!"queued".equals(statuses.get(id))) {
          found.add(key + " has " + id + ", " + statuses.get(id));
        }
      }
    }
    for (String key : keys("rq:wip:*")) {
      for (String id : redis.zrange(key, 0, -1)) {
        if (!"running".equals(statuses.get(id))) {
          found.add(key + " has " + id + ", " + statuses.get(id));
        }
      }
    }
    for (String key : keys("rq:scheduled:*")) {
      for (String id : redis.zrange(key, 0, -1)) {
        if (!"scheduled".equals(statuses.get(id))) {
          found.add(key + " has " + id + ", " + statuses.get(id));
        }
      }
    }
    hashes(found);
    return found;
  }

  private void hashes(List<String> found) {
    for (String key : keys("rq:job:*")) {
      String id = key.substring("rq:job:".length());
      String shown = redis.hget(key, "status");
      String truth = statuses.get(id);
      boolean waits =
          "queued".equals(shown) || "started".equals(shown) || "scheduled".equals(shown);
      boolean ended = truth == null || List.of("finished", "failed", "canceled").contains(truth);
      if (waits && ended) {
        found.add(key + " shows " + shown + ", is " + truth);
      }
    }
  }

  private List<String> keys(String pattern) {
    List<String> keys = new ArrayList<>();
    String cursor = ScanParams.SCAN_POINTER_START;
    do {
      ScanResult<String> page = redis.scan(cursor, new ScanParams().match(pattern).count(1_000));
      keys.addAll(page.getResult());
      cursor = page.getCursor();
    } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    return keys;
  }
}
