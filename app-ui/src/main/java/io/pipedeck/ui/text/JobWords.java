package io.pipedeck.ui.text;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Problem;
import java.time.Duration;
import java.util.Locale;

/** What the contract's codes are called on the screen. */
public final class JobWords {
  private final Texts texts;
  private final Amounts amounts;

  public JobWords(Texts texts, Amounts amounts) {
    this.texts = texts;
    this.amounts = amounts;
  }

  /** One word for a status. */
  public String status(JobStatus status) {
    return texts.get("status." + status.wireName());
  }

  /** A stage of the pipeline; a stage of a newer backend shows under its own name. */
  public String stage(String stage) {
    return known("stage." + stage, stage);
  }

  /** A queue; queues beyond the three usual ones show under their own name. */
  public String queue(String queue) {
    return known("queue." + queue, queue);
  }

  /** What went wrong in a word or two, for a narrow column: the telling word comes first. */
  public String errorShort(ErrorCode code) {
    return texts.get("error." + code.wireName() + ".short");
  }

  /** What went wrong, as a sentence without a full stop. */
  public String errorTitle(ErrorCode code) {
    return texts.get("error." + code.wireName() + ".title");
  }

  /** What the operator can do about it. */
  public String errorRemedy(ErrorCode code) {
    return texts.get("error." + code.wireName() + ".remedy");
  }

  /** Why a job does not run yet, with its place and the estimate where they are known. */
  public String waiting(JobView.Waiting waiting) {
    String reason = known("waiting." + waiting.reason(), waiting.reason());
    if (waiting.reason().equals("behind_others") && waiting.position() != null) {
      reason = texts.format("waiting.position", waiting.position());
    }
    if (waiting.etaSeconds() == null) {
      return reason;
    }
    String wait = amounts.ticking(Duration.ofSeconds(waiting.etaSeconds()));
    return texts.format("waiting.eta", reason, wait);
  }

  /** What did not happen, in words; the code where this release has none for it. */
  public String problem(Problem problem) {
    String key = "problem." + problem.code().toLowerCase(Locale.ROOT);
    return texts.has(key) ? texts.get(key) : problem.detail();
  }

  private String known(String key, String otherwise) {
    return texts.has(key) ? texts.get(key) : otherwise;
  }
}
