// The forms that documents and tables take, with the nouns for them in English, German, French and
// Spanish; `.*` stands before the endings of German compounds. The order matters only where two
// forms know one word: the first wins.
import { document } from './form.ts';
import type { Form } from './form.ts';
import { words } from './patterns.ts';
import { pieceForms } from './piece-forms.ts';
import { supportForms } from './support-forms.ts';

export const forms: readonly Form[] = [
  document({
    id: 'budget',
    words: words(`
      budgets? costings? cost costs finances? .*kostenplan .*finanzplan .*kostenaufstellung
      .*haushaltsplan presupuestos? devis co[uû]ts
    `),
    file: 'budget.csv',
    title: 'Budget',
    shape: 'amounts',
    trade: 'analyst',
    aspects: ['basis'],
  }),
  document({
    id: 'business-case',
    words: words(`
      roi profitability cost-benefit business-case wirtschaftlichkeits.* rentabilit[äéa].*
      rentabilidad
    `),
    file: 'business-case.csv',
    title: 'Business case',
    shape: 'amounts',
    trade: 'analyst',
    aspects: ['basis'],
  }),
  document({
    id: 'checklist',
    words: words('checklists? to-?dos? .*checkliste packing-list .*packliste listado'),
    file: 'checklist.md',
    title: 'Checklist',
    sections: ['Before', 'On the day', 'Afterwards'],
    length: [120, 500],
    trade: 'planner',
    aspects: ['owner'],
  }),
  document({
    id: 'shopping-list',
    words: words('shopping-lists? .*einkaufsliste .*einkaufszettel'),
    file: 'shopping-list.md',
    title: 'Shopping list',
    sections: ['To buy', 'To borrow', 'Before you pay'],
    length: [80, 400],
    trade: 'planner',
    aspects: ['owner'],
  }),
  document({
    id: 'faq',
    words: words('faqs? q&a questions-and-answers .*fragenkatalog'),
    file: 'faq.md',
    title: 'Questions and answers',
    sections: ['Before you start', 'Money', 'Taking part', 'If something goes wrong'],
    aspects: ['audience'],
  }),
  document({
    id: 'schedule',
    words: words(`
      schedules? timetables? calendars? timelines? agendas? itinerar(?:y|ies) .*wochenplan
      .*zeitplan .*terminplan .*ablaufplan .*stundenplan .*kalender calendrier emploi
      calendario cronograma
    `),
    file: 'schedule.md',
    title: 'Schedule',
    sections: ['Week by week', 'Who is responsible', 'If we fall behind'],
    length: [150, 600],
    trade: 'planner',
    aspects: ['owner'],
  }),
  document({
    id: 'slides',
    words: words(`
      presentations? slides? decks? pitch(?:es)? .*präsentation .*folien présentation
      diapositivas presentación
    `),
    file: 'slides.md',
    title: 'Slides',
    sections: ['Slide 1', 'Slide 2', 'Slide 3', 'Slide 4', 'Slide 5', 'Slide 6'],
    length: [150, 700],
    aspects: ['audience'],
  }),
  document({
    id: 'rules',
    words: words(`
      rules? charters? bylaws? polic(?:y|ies) statutes? contracts? agreements? terms .*satzung
      .*regeln .*ordnung .*vertrag règlement charte contrat reglamento estatutos contrato
    `),
    file: 'rules.md',
    title: 'Rules',
    sections: ['Purpose', 'Rules', 'Who decides', 'How rules change'],
    trade: 'planner',
    aspects: ['owner'],
  }),
  document({
    id: 'survey',
    words: words(`
      surveys? questionnaires? quiz(?:zes)? polls? interview .*umfrage .*fragebogen sondage
      encuesta cuestionario
    `),
    file: 'survey.md',
    title: 'Survey',
    sections: ['Introduction', 'Questions', 'How answers are used'],
    trade: 'researcher',
    aspects: ['audience'],
  }),
  document({
    id: 'web-page',
    words: words(`
      websites? web-?pages? homepages? landing site webseite .*webauftritt página sitio
    `),
    file: 'web-page.md',
    title: 'Text of the web page',
    sections: ['Headline', 'What we offer', 'How it works', 'Take part'],
    aspects: ['audience'],
  }),
  document({
    id: 'design-brief',
    words: words(`
      logos? designs? pictures? images? illustrations? videos? films? songs? photos?
      paintings? drawings? .*bild .*entwurf .*gestaltung affiche dessin imagen dibujo
    `),
    file: 'design-brief.md',
    title: 'Design brief',
    sections: ['Idea', 'What it shows', 'What to avoid', 'Next steps'],
    aspects: ['audience'],
  }),
  document({
    id: 'script',
    words: words(`
      scripts? codes? functions? librar(?:y|ies) apis? bots? apps? software .*skript
      .*programmcode logiciel código
    `),
    file: 'script.py',
    title: 'Script',
    shape: 'code',
    trade: 'developer',
    aspects: ['usage'],
  }),
  document({
    id: 'guide',
    words: words(`
      guides? manuals? handbooks? how-?to tutorials? instructions? playbooks? curricul(?:um|a)
      courses? trainings? syllabus workshops? .*anleitung .*handbuch .*leitfaden .*kurs
      guides? manuel guía curso
    `),
    file: 'guide.md',
    title: 'Guide',
    sections: ['Who this is for', 'Before you start', 'Steps', 'Common mistakes'],
    aspects: ['audience'],
  }),
  document({
    id: 'report',
    words: words(`
      reports? analys[ei]s stud(?:y|ies) research reviews? summar(?:y|ies) essays? papers?
      articles? overviews? assessments? evaluations? .*bericht .*analyse .*studie .*übersicht
      .*artikel rapport étude résumé informe estudio análisis resumen
    `),
    file: 'report.md',
    title: 'Report',
    sections: ['Summary', 'Findings', 'Assumptions', 'Recommendations'],
    length: [220, 800],
    trade: 'researcher',
    aspects: ['measure'],
  }),
  ...pieceForms,
  document({
    id: 'table',
    words: words(`
      tables? spreadsheets? lists? inventor(?:y|ies) comparisons? matri(?:x|ces) .*tabelle
      .*liste .*vergleich tableau comparatif tabla lista comparación
    `),
    file: 'table.csv',
    title: 'Table',
    shape: 'rows',
    trade: 'analyst',
    aspects: ['basis'],
  }),
  document({
    id: 'plan',
    words: words(`
      plans? roadmaps? strateg(?:y|ies) programmes? programs? concepts? proposals? .*plan
      .*konzept .*strategie stratégie programme estrategia propuesta
    `),
    file: 'plan.md',
    title: 'Plan',
    sections: ['Goal', 'Who it is for', 'Steps', 'Who does what', 'How we measure success'],
    length: [180, 700],
    trade: 'planner',
    aspects: ['owner', 'measure'],
  }),
];

export function formOf(id: string): Form | undefined {
  return [...forms, ...Object.values(supportForms)].find((form) => form.id === id);
}
