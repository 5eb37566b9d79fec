package io.pipedeck.ui.jobs;

import io.pipedeck.ui.text.JobWords;
import io.pipedeck.ui.text.Texts;
import java.util.function.BiFunction;
import java.util.function.Function;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.scene.control.ComboBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** The two boxes that narrow the list to a queue and a realm. */
final class FilterBoxes {
  /** Stands for "no filter" in a box; no queue or realm can have an empty name. */
  private static final String ALL = "";

  private final JobsViewModel model;
  private final Texts texts;
  private final JobWords words;

  FilterBoxes(JobsViewModel model, Texts texts, JobWords words) {
    this.model = model;
    this.texts = texts;
    this.words = words;
  }

  void wireQueues(ComboBox<String> box) {
    box.setConverter(shown(texts.get("jobs.filter.allQueues"), words::queue));
    wire(box, model.counts().queues(), JobFilter::queue, JobFilter::withQueue);
  }

  void wireRealms(ComboBox<String> box) {
    box.setConverter(shown(texts.get("jobs.filter.allRealms"), name -> name));
    wire(box, model.counts().realms(), JobFilter::realm, JobFilter::withRealm);
  }

  private void wire(
      ComboBox<String> box,
      ObservableList<String> names,
      Function<JobFilter, @Nullable String> get,
      BiFunction<JobFilter, @Nullable String, JobFilter> with) {
    var filter = model.filterProperty();
    Runnable fill = () -> fill(box, names, get.apply(filter.get()));
    names.addListener((ListChangeListener<String>) _ -> fill.run());
    filter.subscribe(_ -> fill.run());
    box.setOnAction(
        _ -> {
          String chosen = box.getValue();
          if (chosen != null && !chosen.equals(orAll(get.apply(filter.get())))) {
            filter.set(with.apply(filter.get(), chosen.equals(ALL) ? null : chosen));
          }
        });
  }

  private static void fill(
      ComboBox<String> box, ObservableList<String> names, @Nullable String wanted) {
    var choices = new java.util.ArrayList<String>();
    choices.add(ALL);
    choices.addAll(names);
    if (wanted != null && !choices.contains(wanted)) {
      choices.add(wanted);
    }
    if (!box.getItems().equals(choices)) {
      var action = box.getOnAction();
      box.setOnAction(null);
      box.getItems().setAll(choices);
      box.setValue(orAll(wanted));
      box.setOnAction(action);
    } else {
      box.setValue(orAll(wanted));
    }
  }

  private static String orAll(@Nullable String name) {
    return name == null ? ALL : name;
  }

  private static StringConverter<String> shown(String all, Function<String, String> name) {
    return new StringConverter<>() {
      @Override
      public String toString(@Nullable String value) {
        return value == null || value.equals(ALL) ? all : name.apply(value);
      }

      @Override
      public String fromString(String text) {
        throw new UnsupportedOperationException("The box is not editable");
      }
    };
  }
}
