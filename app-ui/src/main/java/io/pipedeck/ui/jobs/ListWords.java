package io.pipedeck.ui.jobs;

import io.pipedeck.ui.text.Texts;
import java.util.OptionalLong;

/** What the list says about itself: its heading, how many jobs there are, how many are loaded. */
final class ListWords {
  private final JobsViewModel model;
  private final Texts texts;

  ListWords(JobsViewModel model, Texts texts) {
    this.model = model;
    this.texts = texts;
  }

  String heading() {
    var status = model.filterProperty().get().status();
    return texts.get(status == null ? "jobs.title" : "jobs.title." + status.wireName());
  }

  /** New jobs that wait above the view. */
  String held() {
    return texts.format("jobs.newAbove", model.heldNewProperty().get());
  }

  /** How many jobs the filter admits: exactly where the counts know, else at least how many. */
  String total() {
    OptionalLong known = model.counts().total(model.filterProperty().get());
    if (known.isPresent()) {
      return texts.format("jobs.total", known.getAsLong());
    }
    int rows = model.rows().size();
    return texts.format(model.moreProperty().get() ? "jobs.totalMoreThan" : "jobs.total", rows);
  }

  String loaded() {
    return texts.format("jobs.loaded", model.rows().size());
  }
}
