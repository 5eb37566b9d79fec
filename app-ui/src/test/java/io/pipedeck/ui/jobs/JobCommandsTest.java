package io.pipedeck.ui.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.ui.contract.Documents;
import io.pipedeck.ui.contract.Line;
import io.pipedeck.ui.contract.StubJob;
import io.pipedeck.ui.contract.Told;
import io.pipedeck.ui.contract.Words;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobCommandsTest {
  private final Line line = new Line();
  private final Told told = new Told();
  private final JobCommands commands =
      new JobCommands(
          line.connection, line.tasks, new JobCommands.Talk(told, told, Words.TEXTS, Words.JOBS));
  private StubJob job = line.stub.add("a.pdf", Instant.parse("2026-11-23T12:00:00Z"), _ -> {});

  @BeforeEach
  void connect() {
    line.live();
  }

  @AfterEach
  void close() {
    line.close();
  }

  @Test
  void retryQueuesAFailedJobAndItsUndoTakesItOffAgain() throws InterruptedException {
    line.stub.change(job.id(), Documents.failed(ErrorCode.TIMEOUT, "too slow"));
    commands.retry(shown());
    assertThat(shown().status()).isEqualTo(JobStatus.QUEUED);
    assertThat(told.done).containsExactly("“a.pdf” is queued again.");

    told.undos.getFirst().run();
    assertThat(shown().status()).isEqualTo(JobStatus.CANCELED);
  }

  @Test
  void retryAsksForThePasswordThatIsMissingAndSendsItAsAFormField() throws InterruptedException {
    line.stub.change(job.id(), Documents.failed(ErrorCode.ENCRYPTED_DOCUMENT, "locked"));
    commands.retry(shown());
    assertThat(shown().status()).as("nothing was typed").isEqualTo(JobStatus.FAILED);

    told.agrees = true;
    told.password = "Sesam & öffne";
    commands.retry(shown());

    assertThat(shown().status()).isEqualTo(JobStatus.QUEUED);
    assertThat(told.questions)
        .extracting(question -> question.title())
        .containsOnly("Retry “a.pdf” with its password?");
    assertThat(line.stub.retryForms()).containsExactly("password=Sesam+%26+%C3%B6ffne");
  }

  @Test
  void retryAfterAWrongPasswordSaysThatItWasWrong() throws InterruptedException {
    line.stub.change(job.id(), Documents.failed(ErrorCode.WRONG_PASSWORD, "no"));

    commands.retry(shown());

    assertThat(told.questions.getFirst().consequence()).contains("did not open it");
    assertThat(line.stub.retryForms()).isEmpty();
  }

  @Test
  void aJobThatMovedOnMeanwhileIsToldAndHandedBackAsItIsNow() throws InterruptedException {
    line.stub.change(job.id(), Documents.failed(ErrorCode.TIMEOUT, "too slow"));
    JobView seen = shown();
    line.stub.changeSilently(job.id(), Documents.running("parse", 5, "page 1"));

    commands.retry(seen);

    assertThat(told.failed).containsExactly("“a.pdf” was not retried");
    assertThat(told.problems.getFirst().detail()).contains("it is Running now");
    assertThat(commands.changedProperty().getValue())
        .extracting(JobView::status)
        .isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void cancellingARunningJobAsksFirst() throws InterruptedException {
    line.stub.change(job.id(), Documents.running("parse", 5, "page 1"));

    commands.cancel(shown());
    assertThat(told.questions)
        .extracting(question -> question.title())
        .containsExactly("Cancel “a.pdf”?");
    assertThat(shown().status()).isEqualTo(JobStatus.RUNNING);

    told.agrees = true;
    commands.cancel(shown());
    assertThat(shown().status()).isEqualTo(JobStatus.CANCELED);
  }

  @Test
  void cancellingAQueuedJobDoesNotAsk() throws InterruptedException {
    commands.cancel(shown());

    assertThat(told.questions).isEmpty();
    assertThat(shown().status()).isEqualTo(JobStatus.CANCELED);
  }

  @Test
  void saysWhyAnActionIsNotToBeHad() throws InterruptedException {
    assertThat(commands.whyNotRetry(shown())).contains("this one is Queued");
    assertThat(commands.whyNotCancel(shown())).isEmpty();

    line.stub.change(job.id(), Documents::finished);
    assertThat(commands.whyNotRetry(shown())).contains("this one is Finished");
    assertThat(commands.whyNotCancel(shown())).contains("this one is Finished");
    assertThat(commands.whyNotCancel(null)).isEqualTo("no job is selected");
  }

  @Test
  void withoutAConnectionTheReasonSaysSo() throws InterruptedException {
    JobView seen = shown();
    line.connection.lost(
        new io.pipedeck.api.Problem("about:blank", "", 0, "backend_ended", "", null, null, null),
        java.time.Duration.ofSeconds(1));

    assertThat(commands.whyNotCancel(seen)).contains("no connection");
  }

  private JobView shown() throws InterruptedException {
    return line.connection.client().status(job.id()).orElseThrow();
  }
}
