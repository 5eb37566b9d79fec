package io.pipedeck.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.embedded.TestServers;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

class RqCommandsTest {
  private static final URI URL = TestServers.freshRedis();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  private final RqCommands.Handler handler =
      new RqCommands.Handler() {
        @Override
        public void stopJob(String worker, String jobId) {
          heard.add("stop " + worker + " " + jobId);
        }

        @Override
        public void killHorse(String worker) {
          heard.add("kill " + worker);
          throw new IllegalStateException("a handler with a bug");
        }

        @Override
        public void shutdown(String worker) {
          heard.add("shutdown " + worker);
        }
      };

  @Test
  void hearsWhatPythonSendsAndIgnoresTheRest() throws Exception {
    PythonRq.assumeHere();
    try (var connection = new RedisConnection(URL);
        var commands = new RqCommands(connection, List.of("h.1.a.0", "h.1.a.1"), handler)) {
      commands.start();
      assertThat(commands.awaitHearing(Duration.ofSeconds(20))).isTrue();

      new PythonRq(URL)
          .python(
              """
              for text in ['', 'no json', '[1]', '{}', '{"command": 5}', '{"command": "reboot"}', '"x"', 'x' * 20000]:
                  r.publish('rq:pubsub:h.1.a.0', text)
              r.publish('rq:pubsub:h.1.a.0', b'\\xff\\xfe')
              send_shutdown_command(r, 'somebody-else')
              send_kill_horse_command(r, 'h.1.a.0')
              j = q.enqueue('f', job_id='doc-1'); j.set_status('started'); r.hset('rq:job:doc-1', 'worker_name', 'h.1.a.1')
              send_stop_job_command(r, 'doc-1', serializer=JSONSerializer)
              send_shutdown_command(r, 'h.1.a.1')
              """);

      assertThat(next()).isEqualTo("kill h.1.a.0");
      assertThat(next()).isEqualTo("stop h.1.a.1 doc-1");
      assertThat(next()).isEqualTo("shutdown h.1.a.1");
      assertThat(heard).isEmpty();
    }
  }

  @Test
  void listensAgainAfterItsConnectionBroke() throws Exception {
    PythonRq.assumeHere();
    try (var redis = RedisClient.create(URL);
        var connection = new RedisConnection(URL);
        var commands = new RqCommands(connection, List.of("h.1.a.0"), handler)) {
      commands.start();
      assertThat(commands.awaitHearing(Duration.ofSeconds(20))).isTrue();

      new PythonRq(URL).python("r.execute_command('CLIENT', 'KILL', 'TYPE', 'pubsub')");

      String said = null;
      for (int i = 0; i < 200 && said == null; i++) {
        redis.publish("rq:pubsub:h.1.a.0", "{\"command\": \"shutdown\"}");
        said = heard.poll(100, TimeUnit.MILLISECONDS);
      }
      assertThat(said).isEqualTo("shutdown h.1.a.0");
    }
  }

  private String next() throws InterruptedException {
    return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
  }
}
