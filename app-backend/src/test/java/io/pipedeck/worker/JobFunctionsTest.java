package io.pipedeck.worker;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobFunctionsTest {
  private static final Job JOB = aJob().queued(2);
  private static final JobContext CONTEXT =
      new TrackedContext(new Claim(UUID.randomUUID(), JOB), (_, _, _, _) -> {}, System::nanoTime);

  private final JobFunctions functions = new JobFunctions();

  static final class Holder {
    @TrackPipelineJob("te_po.name")
    Object name(JobContext context) {
      return context.job().id();
    }

    @TrackPipelineJob("te_po.nothing")
    void nothing(JobContext context) {}

    @TrackPipelineJob("te_po.fails")
    Object fails(JobContext context) throws InterruptedException {
      throw new InterruptedException("as thrown");
    }

    Object unmarked(JobContext context) {
      return context;
    }
  }

  static final class WrongShape {
    @TrackPipelineJob("te_po.wrong")
    Object wrong(String text) {
      return text;
    }
  }

  static final class Twice {
    @TrackPipelineJob("te_po.twice")
    Object one(JobContext context) {
      return context;
    }

    @TrackPipelineJob("te_po.twice")
    Object two(JobContext context) {
      return context;
    }
  }

  static final class Taken {
    @TrackPipelineJob("te_po.fresh")
    Object fresh(JobContext context) {
      return context;
    }

    @TrackPipelineJob("te_po.name")
    Object name(JobContext context) {
      return context;
    }
  }

  @Test
  void markedMethodsAreFunctionsOfTheirNames() throws Exception {
    functions.registerAll(new Holder());

    assertThat(functions.names())
        .containsExactlyInAnyOrder("te_po.name", "te_po.nothing", "te_po.fails");
    assertThat(run("te_po.name")).isEqualTo(JOB.id());
    assertThat(run("te_po.nothing")).isNull();
    assertThatThrownBy(() -> run("te_po.fails"))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("as thrown");
  }

  @Test
  void whatCanNotBeAFunctionIsRefusedAndNothingIsAdded() {
    for (Object holder : new Object[] {new Object(), new WrongShape(), new Twice()}) {
      assertThatThrownBy(() -> functions.registerAll(holder))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> functions.register(" ", _ -> null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(functions.names()).isEmpty();
  }

  @Test
  void aNameBelongsToOneFunction() {
    functions.registerAll(new Holder());

    assertThatThrownBy(() -> functions.register("te_po.name", _ -> null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> functions.registerAll(new Taken()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(functions.names()).doesNotContain("te_po.fresh");
  }

  @Test
  void whatIsNotRegisteredIsNotFound() {
    assertThat(functions.find("java.lang.Runtime")).isEmpty();
    assertThat(functions.find(null)).isEmpty();
  }

  private @Nullable Object run(String name) throws Exception {
    return Objects.requireNonNull(functions.find(name).orElse(null)).run(CONTEXT);
  }
}
