package io.pipedeck.queue;

import io.pipedeck.job.QueueUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/**
 * A pool of connections to one Redis, and the scripts that run there. Lazy: works when the server
 * comes. Safe for all threads; a blocking pop or a subscription holds a connection while it waits.
 */
public final class RedisConnection implements AutoCloseable {
  private static final int CONNECT_MILLIS = 1_000;
  private static final int ANSWER_MILLIS = 2_000;

  /** Above the longest blocking pop. */
  private static final int BLOCKING_MILLIS = 15_000;

  private static final int CONNECTIONS = 32;

  private final RedisClient client;
  private final HostAndPort address;
  private final DefaultJedisClientConfig subscriber;
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();

  private record Script(String sha, String text) {}

  /** A pool for {@code redis[s]://[user:password@]host[:port][/db]}; doesn't connect yet. */
  public RedisConnection(URI url) {
    var config =
        DefaultJedisClientConfig.builder()
            .connectionTimeoutMillis(CONNECT_MILLIS)
            .socketTimeoutMillis(ANSWER_MILLIS)
            .blockingSocketTimeoutMillis(BLOCKING_MILLIS)
            .clientName("pipedeck")
            .database(database(url));
    if ("rediss".equals(url.getScheme())) {
      config.sslOptions(SslOptions.defaults());
    }
    String[] login = url.getUserInfo() == null ? new String[0] : url.getUserInfo().split(":", 2);
    if (login.length == 2) {
      config.user(login[0].isEmpty() ? null : login[0]).password(login[1]);
    }
    var pool = new ConnectionPoolConfig();
    pool.setMaxTotal(CONNECTIONS);
    pool.setMaxIdle(CONNECTIONS);
    pool.setMaxWait(Duration.ofMillis(ANSWER_MILLIS));
    this.address = new HostAndPort(url.getHost(), url.getPort() < 0 ? 6379 : url.getPort());
    this.client =
        RedisClient.builder()
            .hostAndPort(address)
            .clientConfig(config.build())
            .poolConfig(pool)
            .build();
    // Said outright: a plain connection warns in the log when it is left to negotiate.
    this.subscriber = config.resp2().build();
  }

  private static int database(URI url) {
    String path = url.getPath() == null ? "" : url.getPath().replace("/", "");
    return path.isEmpty() ? 0 : Integer.parseInt(path);
  }

  /**
   * Runs commands.
   *
   * @throws QueueUnavailableException if Redis can't be reached or refuses
   */
  public <T extends @Nullable Object> T call(Function<RedisClient, T> commands) {
    try {
      return commands.apply(client);
    } catch (JedisConnectionException e) {
      // The server went away: the other idle connections are broken too, and would fail one caller
      // each.
      client.getPool().clear();
      throw new QueueUnavailableException("Redis: " + e.getMessage(), e);
    } catch (JedisException | ClassCastException e) {
      // An answer of another shape than the command's: the connection is out of step.
      client.getPool().clear();
      throw new QueueUnavailableException("Redis: " + e.getMessage(), e);
    }
  }

  /**
   * Listens to channels until it is told to end, on a connection of its own that is not used again.
   *
   * @throws QueueUnavailableException if Redis can't be reached, or goes away
   */
  public void subscribe(JedisPubSub listener, String... channels) {
    try (var connection = new Jedis(address, subscriber)) {
      connection.subscribe(listener, channels);
    } catch (JedisException e) {
      throw new QueueUnavailableException("Redis: " + e.getMessage(), e);
    }
  }

  /**
   * Runs the script {@code <name>.lua} of this package, sending its text only where the server
   * doesn't know it.
   *
   * @throws QueueUnavailableException if Redis can't be reached or refuses
   */
  Object script(String name, List<byte[]> keys, List<byte[]> args) {
    Script script = scripts.computeIfAbsent(name, RedisConnection::load);
    return call(
        redis -> {
          try {
            return redis.evalsha(bytes(script.sha()), keys, args);
          } catch (JedisNoScriptException _) {
            return redis.eval(bytes(script.text()), keys, args);
          }
        });
  }

  /**
   * Runs {@code apply.lua}, behind the functions that it calls and no others: a server makes each
   * of them anew at each call.
   */
  Object apply(Set<Change.Kind> kinds, List<byte[]> args) {
    String name = "apply" + kinds;
    scripts.computeIfAbsent(name, _ -> applyScript(kinds));
    return script(name, List.of(), args);
  }

  private static Script applyScript(Set<Change.Kind> kinds) {
    var text = new StringBuilder(text("shared"));
    for (Change.Kind kind : kinds) {
      text.append(text(kind.scriptName()));
    }
    return scriptOf(text.append(text("apply")).toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Script load(String name) {
    return scriptOf(text(name));
  }

  private static Script scriptOf(String text) {
    try {
      byte[] sha = MessageDigest.getInstance("SHA-1").digest(bytes(text));
      return new Script(HexFormat.of().formatHex(sha), text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  private static String text(String name) {
    try (InputStream in = RedisConnection.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("script missing: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("script unreadable: " + name, e);
    }
  }

  /** Whether Redis answers now. */
  public boolean answers() {
    try {
      return "PONG".equals(client.ping());
    } catch (JedisException _) {
      return false;
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
