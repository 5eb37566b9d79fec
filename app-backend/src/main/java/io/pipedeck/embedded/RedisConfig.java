package io.pipedeck.embedded;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The configuration that Redis reads from its standard input. */
final class RedisConfig {
  /** Under the working folder: where the append-only file's parts are. */
  static final String APPEND_FOLDER = "appendonlydir";

  private RedisConfig() {}

  /**
   * A job is a small hash and its result a stream of one entry: kept compact they take a fifth of
   * the memory and less time. A fifth as many rounds of Redis' own chores, so that it idles: a
   * blocking command may time out half a second late, which its callers allow for. The append-only
   * file is rewritten half as often, and not compressed: that takes a copy of everything, and 128
   * MB are read in three seconds. No histogram of latencies for each command: a job is half a dozen
   * commands, and nobody reads it.
   */
  static String text(int port, Path folder, String password) {
    return """
    bind 127.0.0.1
    port %d
    protected-mode yes
    requirepass %s
    dir %s
    daemonize no
    databases 16
    tcp-backlog 128
    save ""
    appendonly yes
    appendfsync everysec
    auto-aof-rewrite-min-size 128mb
    appenddirname %s
    maxmemory-policy noeviction
    hash-max-listpack-value 1024
    stream-node-max-bytes 512
    hz 2
    rdbcompression no
    latency-tracking no
    loglevel notice
    logfile ""
    """
        .formatted(port, password, quoted(folder.toString()), APPEND_FOLDER);
  }

  /** As Redis's configuration wants it: every byte that isn't a plain letter is escaped. */
  static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = Character.isLetterOrDigit((char) b) || "/._-".indexOf(b) >= 0;
      quoted.append(plain && b > 0 ? String.valueOf((char) b) : "\\x%02x".formatted(b));
    }
    return quoted.append('"').toString();
  }
}
