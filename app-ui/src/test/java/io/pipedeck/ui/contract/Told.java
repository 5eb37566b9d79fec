package io.pipedeck.ui.contract;

import io.pipedeck.api.Problem;
import io.pipedeck.ui.control.Dialogs;
import io.pipedeck.ui.control.Notices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes down what the operator was told and asked; answers every question the same way. */
public final class Told implements Notices, Dialogs {
  public final List<String> done = new ArrayList<>();
  public final List<Runnable> undos = new ArrayList<>();
  public final List<String> failed = new ArrayList<>();
  public final List<Problem> problems = new ArrayList<>();
  public final List<Question> questions = new ArrayList<>();
  public boolean agrees;
  public String password = "";

  @Override
  public void done(String text) {
    done.add(text);
  }

  @Override
  public void done(String text, Runnable undo) {
    done.add(text);
    undos.add(undo);
  }

  @Override
  public void failed(String text, Problem problem) {
    failed.add(text);
    problems.add(problem);
  }

  @Override
  public void confirm(Question question, Runnable yes) {
    questions.add(question);
    if (agrees) {
      yes.run();
    }
  }

  @Override
  public void askPassword(Question question, Consumer<String> then) {
    questions.add(question);
    if (agrees) {
      then.accept(password);
    }
  }

  @Override
  public List<Path> chooseFiles() {
    return List.of();
  }
}
