package io.pipedeck.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.embedded.TestServers;
import io.pipedeck.stand.Link;
import io.pipedeck.stand.Pause;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server whose connections stay and that says nothing any more. */
class AnsweringTest {
  private static final Duration WITHIN = Duration.ofMillis(1_500);

  private final TestServers.Database server = TestServers.freshDatabase();
  private final int port = URI.create(server.jdbcUrl().substring("jdbc:".length())).getPort();
  private Link link;
  private Database pool;
  private Database answering;

  @BeforeEach
  void open() throws Exception {
    link = new Link(port);
    String url = server.jdbcUrl().replace(":" + port, ":" + link.port());
    var login = new Database.Login(url, server.user(), server.password());
    pool = new Database(login, 2, 4, Duration.ofSeconds(1));
    answering = pool.answering(WITHIN);
    assertThat(Pause.until(Duration.ofSeconds(20), this::answers)).isTrue();
  }

  @AfterEach
  void close() {
    link.close();
    pool.close();
  }

  private boolean answers() {
    answering.run(tx -> tx.query("SELECT 1 AS one", row -> row.requiredInteger("one")));
    return true;
  }

  @Test
  void aMuteServerFailsTheFirstCallInTimeAndTheNextAtOnceAndWorksAgainByItself() throws Exception {
    link.mute();

    Duration first = failing();
    Duration second = failing();

    assertThat(first).isLessThan(Duration.ofSeconds(2));
    assertThat(second).as("the next one is not tried").isLessThan(Duration.ofMillis(100));
    link.mend();
    assertThat(Pause.until(Duration.ofSeconds(10), this::answers)).isTrue();
  }

  @Test
  void aServerThatIsSilentInTheMiddleOfAStatementFailsInTimeToo() {
    long began = System.nanoTime();
    var failure =
        catchThrowableOfType(
            DatabaseException.class,
            () -> answering.run(tx -> tx.query("SELECT pg_sleep(20)", _ -> true)));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    assertThat(failure.unavailable()).isTrue();
    pool.run(tx -> tx.query("SELECT pg_sleep(2)", _ -> true));
  }

  @Test
  void whatTheDatabaseRefusesClosesNothing() throws Exception {
    for (int i = 0; i < 5; i++) {
      var failure =
          catchThrowableOfType(
              DatabaseException.class, () -> answering.run(tx -> tx.update("SELECT 1 / 0")));
      assertThat(failure.unavailable()).isFalse();
    }

    assertThat(answers()).isTrue();
  }

  private Duration failing() {
    long began = System.nanoTime();
    var failure = catchThrowableOfType(DatabaseException.class, this::answers);
    assertThat(failure.unavailable()).isTrue();
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
