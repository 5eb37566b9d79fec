package io.pipedeck.ui.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.ui.contract.Words;
import io.pipedeck.ui.task.Problems;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobWordsTest {
  private final JobWords words = Words.JOBS;

  @ParameterizedTest
  @EnumSource
  void everyErrorCodeHasWordsAndARemedy(ErrorCode code) {
    assertThat(words.errorTitle(code)).isNotBlank().doesNotContain("_");
    assertThat(words.errorRemedy(code)).endsWith(".");
  }

  /** The list's column holds this many letters in a window of 1280 pixels. */
  @ParameterizedTest
  @EnumSource
  void everyErrorCodeHasAShortFormThatFitsTheList(ErrorCode code) {
    assertThat(words.errorShort(code)).matches("[A-Z].*").hasSizeLessThanOrEqualTo(18);
  }

  @ParameterizedTest
  @EnumSource
  void everyStatusHasAWord(JobStatus status) {
    assertThat(words.status(status)).matches("[A-Z][a-z]+");
  }

  @Test
  void whatANewerBackendInventsShowsUnderItsOwnName() {
    assertThat(words.stage("translate")).isEqualTo("translate");
    assertThat(words.queue("night")).isEqualTo("night");
    assertThat(words.waiting(waiting("moon_phase", null, null))).isEqualTo("moon_phase");
  }

  @Test
  void waitingTellsPlaceAndEstimate() {
    assertThat(words.waiting(waiting("behind_others", 1, null))).isEqualTo("Behind 1 job");
    assertThat(words.waiting(waiting("behind_others", 1204, 90L)))
        .isEqualTo("Behind 1,204 jobs, about 1 min 30 s");
    assertThat(words.waiting(waiting("queue_paused", null, null))).isEqualTo("The queue is paused");
  }

  @Test
  void aProblemWithoutWordsOfOursShowsTheServers() {
    assertThat(words.problem(Problems.local("unreachable", "Connection refused")))
        .isEqualTo("The backend can't be reached.");
    assertThat(words.problem(Problems.local("teapot", "I am a teapot.")))
        .isEqualTo("I am a teapot.");
  }

  private static JobView.Waiting waiting(
      String reason, @Nullable Integer position, @Nullable Long eta) {
    return new JobView.Waiting(reason, position, eta, null);
  }
}
