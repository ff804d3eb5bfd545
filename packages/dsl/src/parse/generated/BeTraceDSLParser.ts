// @ts-nocheck
// Generated from BeTraceDSL.g4 by ANTLR 4.9.0-SNAPSHOT


import type { ATN } from "antlr4ts/atn/ATN.js";
import { ATNDeserializer } from "antlr4ts/atn/ATNDeserializer.js";
import { FailedPredicateException } from "antlr4ts/FailedPredicateException.js";
import type { NotNull } from "antlr4ts/Decorators.js";
import { NoViableAltException } from "antlr4ts/NoViableAltException.js";
import type { Override } from "antlr4ts/Decorators.js";
import { Parser } from "antlr4ts/Parser.js";
import { ParserRuleContext } from "antlr4ts/ParserRuleContext.js";
import { ParserATNSimulator } from "antlr4ts/atn/ParserATNSimulator.js";
import type { ParseTreeListener } from "antlr4ts/tree/ParseTreeListener.js";
import type { ParseTreeVisitor } from "antlr4ts/tree/ParseTreeVisitor.js";
import { RecognitionException } from "antlr4ts/RecognitionException.js";
import type { RuleContext } from "antlr4ts/RuleContext.js";
//import { RuleVersion } from "antlr4ts/RuleVersion";
import type { TerminalNode } from "antlr4ts/tree/TerminalNode.js";
import { Token } from "antlr4ts/Token.js";
import type { TokenStream } from "antlr4ts/TokenStream.js";
import type { Vocabulary } from "antlr4ts/Vocabulary.js";
import { VocabularyImpl } from "antlr4ts/VocabularyImpl.js";

import * as Utils from "antlr4ts/misc/Utils.js";

import type { BeTraceDSLVisitor } from "./BeTraceDSLVisitor.js";


export class BeTraceDSLParser extends Parser {
	public static readonly AND = 1;
	public static readonly OR = 2;
	public static readonly NOT = 3;
	public static readonly IN = 4;
	public static readonly CONTAINS = 5;
	public static readonly STARTS_WITH = 6;
	public static readonly ENDS_WITH = 7;
	public static readonly MATCHES = 8;
	public static readonly TRUE = 9;
	public static readonly FALSE = 10;
	public static readonly WHEN = 11;
	public static readonly ALWAYS = 12;
	public static readonly NEVER = 13;
	public static readonly EQ = 14;
	public static readonly NE = 15;
	public static readonly LT = 16;
	public static readonly LE = 17;
	public static readonly GT = 18;
	public static readonly GE = 19;
	public static readonly LPAREN = 20;
	public static readonly RPAREN = 21;
	public static readonly LBRACE = 22;
	public static readonly RBRACE = 23;
	public static readonly LBRACKET = 24;
	public static readonly RBRACKET = 25;
	public static readonly COMMA = 26;
	public static readonly DOT = 27;
	public static readonly AT = 28;
	public static readonly ASSIGN = 29;
	public static readonly STRING = 30;
	public static readonly INTEGER = 31;
	public static readonly DECIMAL = 32;
	public static readonly DURATION = 33;
	public static readonly IDENTIFIER = 34;
	public static readonly NUMBERLIKE = 35;
	public static readonly COMMENT = 36;
	public static readonly BLANK = 37;
	public static readonly FOREIGN_AND = 38;
	public static readonly FOREIGN_OR = 39;
	public static readonly FOREIGN_NOT = 40;
	public static readonly FOREIGN_EQ = 41;
	public static readonly FOREIGN_NE = 42;
	public static readonly FOREIGN_GE = 43;
	public static readonly FOREIGN_LE = 44;
	public static readonly FOREIGN_MATCH = 45;
	public static readonly FOREIGN_NO_MATCH = 46;
	public static readonly FOREIGN_STRING = 47;
	public static readonly FOREIGN_COMMENT = 48;
	public static readonly OPEN_STRING = 49;
	public static readonly OTHER = 50;
	public static readonly RULE_ruleText = 0;
	public static readonly RULE_annotation = 1;
	public static readonly RULE_control = 2;
	public static readonly RULE_invariant = 3;
	public static readonly RULE_clause = 4;
	public static readonly RULE_block = 5;
	public static readonly RULE_expression = 6;
	public static readonly RULE_conjunction = 7;
	public static readonly RULE_condition = 8;
	public static readonly RULE_reference = 9;
	public static readonly RULE_arguments = 10;
	public static readonly RULE_argument = 11;
	public static readonly RULE_test = 12;
	public static readonly RULE_name = 13;
	// tslint:disable:no-trailing-whitespace
	public static readonly ruleNames: string[] = [
		"ruleText", "annotation", "control", "invariant", "clause", "block", "expression", 
		"conjunction", "condition", "reference", "arguments", "argument", "test", 
		"name",
	];

	private static readonly _LITERAL_NAMES: Array<string | undefined> = [
		undefined, undefined, undefined, undefined, undefined, undefined, undefined, 
		undefined, undefined, undefined, undefined, undefined, undefined, undefined, 
		"'=='", "'!='", "'<'", "'<='", "'>'", "'>='", "'('", "')'", "'{'", "'}'", 
		"'['", "']'", "','", "'.'", "'@'", "'='", undefined, undefined, undefined, 
		undefined, undefined, undefined, undefined, undefined, undefined, undefined, 
		"'!'", "'==='", undefined, "'=>'", "'=<'", undefined, "'!~'",
	];
	private static readonly _SYMBOLIC_NAMES: Array<string | undefined> = [
		undefined, "AND", "OR", "NOT", "IN", "CONTAINS", "STARTS_WITH", "ENDS_WITH", 
		"MATCHES", "TRUE", "FALSE", "WHEN", "ALWAYS", "NEVER", "EQ", "NE", "LT", 
		"LE", "GT", "GE", "LPAREN", "RPAREN", "LBRACE", "RBRACE", "LBRACKET", 
		"RBRACKET", "COMMA", "DOT", "AT", "ASSIGN", "STRING", "INTEGER", "DECIMAL", 
		"DURATION", "IDENTIFIER", "NUMBERLIKE", "COMMENT", "BLANK", "FOREIGN_AND", 
		"FOREIGN_OR", "FOREIGN_NOT", "FOREIGN_EQ", "FOREIGN_NE", "FOREIGN_GE", 
		"FOREIGN_LE", "FOREIGN_MATCH", "FOREIGN_NO_MATCH", "FOREIGN_STRING", "FOREIGN_COMMENT", 
		"OPEN_STRING", "OTHER",
	];
	public static readonly VOCABULARY: Vocabulary = new VocabularyImpl(BeTraceDSLParser._LITERAL_NAMES, BeTraceDSLParser._SYMBOLIC_NAMES, []);

	// @Override
	// @NotNull
	public get vocabulary(): Vocabulary {
		return BeTraceDSLParser.VOCABULARY;
	}
	// tslint:enable:no-trailing-whitespace

	// @Override
	public get grammarFileName(): string { return "BeTraceDSL.g4"; }

	// @Override
	public get ruleNames(): string[] { return BeTraceDSLParser.ruleNames; }

	// @Override
	public get serializedATN(): string { return BeTraceDSLParser._serializedATN; }

	protected createFailedPredicateException(predicate?: string, message?: string): FailedPredicateException {
		return new FailedPredicateException(this, predicate, message);
	}

	constructor(input: TokenStream) {
		super(input);
		this._interp = new ParserATNSimulator(BeTraceDSLParser._ATN, this);
	}
	// @RuleVersion(0)
	public ruleText(): RuleTextContext {
		let _localctx: RuleTextContext = new RuleTextContext(this._ctx, this.state);
		this.enterRule(_localctx, 0, BeTraceDSLParser.RULE_ruleText);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 31;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === BeTraceDSLParser.AT) {
				{
				{
				this.state = 28;
				this.annotation();
				}
				}
				this.state = 33;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			this.state = 36;
			this._errHandler.sync(this);
			switch (this._input.LA(1)) {
			case BeTraceDSLParser.WHEN:
				{
				this.state = 34;
				this.invariant();
				}
				break;
			case BeTraceDSLParser.NOT:
			case BeTraceDSLParser.TRUE:
			case BeTraceDSLParser.FALSE:
			case BeTraceDSLParser.LPAREN:
			case BeTraceDSLParser.IDENTIFIER:
				{
				this.state = 35;
				this.expression();
				}
				break;
			default:
				throw new NoViableAltException(this);
			}
			this.state = 38;
			this.match(BeTraceDSLParser.EOF);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public annotation(): AnnotationContext {
		let _localctx: AnnotationContext = new AnnotationContext(this._ctx, this.state);
		this.enterRule(_localctx, 2, BeTraceDSLParser.RULE_annotation);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 40;
			this.match(BeTraceDSLParser.AT);
			this.state = 41;
			this.name();
			this.state = 42;
			this.match(BeTraceDSLParser.LPAREN);
			this.state = 43;
			this.name();
			this.state = 44;
			this.match(BeTraceDSLParser.ASSIGN);
			this.state = 45;
			this.match(BeTraceDSLParser.LBRACE);
			this.state = 46;
			this.control();
			this.state = 51;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === BeTraceDSLParser.COMMA) {
				{
				{
				this.state = 47;
				this.match(BeTraceDSLParser.COMMA);
				this.state = 48;
				this.control();
				}
				}
				this.state = 53;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			this.state = 54;
			this.match(BeTraceDSLParser.RBRACE);
			this.state = 55;
			this.match(BeTraceDSLParser.RPAREN);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public control(): ControlContext {
		let _localctx: ControlContext = new ControlContext(this._ctx, this.state);
		this.enterRule(_localctx, 4, BeTraceDSLParser.RULE_control);
		let _la: number;
		try {
			this.state = 74;
			this._errHandler.sync(this);
			switch (this._input.LA(1)) {
			case BeTraceDSLParser.STRING:
				this.enterOuterAlt(_localctx, 1);
				{
				this.state = 57;
				this.match(BeTraceDSLParser.STRING);
				}
				break;
			case BeTraceDSLParser.AND:
			case BeTraceDSLParser.OR:
			case BeTraceDSLParser.NOT:
			case BeTraceDSLParser.IN:
			case BeTraceDSLParser.CONTAINS:
			case BeTraceDSLParser.STARTS_WITH:
			case BeTraceDSLParser.ENDS_WITH:
			case BeTraceDSLParser.MATCHES:
			case BeTraceDSLParser.TRUE:
			case BeTraceDSLParser.FALSE:
			case BeTraceDSLParser.WHEN:
			case BeTraceDSLParser.ALWAYS:
			case BeTraceDSLParser.NEVER:
			case BeTraceDSLParser.LPAREN:
			case BeTraceDSLParser.DOT:
			case BeTraceDSLParser.INTEGER:
			case BeTraceDSLParser.DECIMAL:
			case BeTraceDSLParser.DURATION:
			case BeTraceDSLParser.IDENTIFIER:
			case BeTraceDSLParser.NUMBERLIKE:
				this.enterOuterAlt(_localctx, 2);
				{
				this.state = 70;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
				do {
					{
					this.state = 70;
					this._errHandler.sync(this);
					switch (this._input.LA(1)) {
					case BeTraceDSLParser.AND:
					case BeTraceDSLParser.OR:
					case BeTraceDSLParser.NOT:
					case BeTraceDSLParser.IN:
					case BeTraceDSLParser.CONTAINS:
					case BeTraceDSLParser.STARTS_WITH:
					case BeTraceDSLParser.ENDS_WITH:
					case BeTraceDSLParser.MATCHES:
					case BeTraceDSLParser.TRUE:
					case BeTraceDSLParser.FALSE:
					case BeTraceDSLParser.WHEN:
					case BeTraceDSLParser.ALWAYS:
					case BeTraceDSLParser.NEVER:
					case BeTraceDSLParser.IDENTIFIER:
						{
						this.state = 58;
						this.name();
						}
						break;
					case BeTraceDSLParser.INTEGER:
						{
						this.state = 59;
						this.match(BeTraceDSLParser.INTEGER);
						}
						break;
					case BeTraceDSLParser.DECIMAL:
						{
						this.state = 60;
						this.match(BeTraceDSLParser.DECIMAL);
						}
						break;
					case BeTraceDSLParser.DURATION:
						{
						this.state = 61;
						this.match(BeTraceDSLParser.DURATION);
						}
						break;
					case BeTraceDSLParser.NUMBERLIKE:
						{
						this.state = 62;
						this.match(BeTraceDSLParser.NUMBERLIKE);
						}
						break;
					case BeTraceDSLParser.DOT:
						{
						this.state = 63;
						this.match(BeTraceDSLParser.DOT);
						}
						break;
					case BeTraceDSLParser.LPAREN:
						{
						this.state = 64;
						this.match(BeTraceDSLParser.LPAREN);
						this.state = 67;
						this._errHandler.sync(this);
						switch (this._input.LA(1)) {
						case BeTraceDSLParser.AND:
						case BeTraceDSLParser.OR:
						case BeTraceDSLParser.NOT:
						case BeTraceDSLParser.IN:
						case BeTraceDSLParser.CONTAINS:
						case BeTraceDSLParser.STARTS_WITH:
						case BeTraceDSLParser.ENDS_WITH:
						case BeTraceDSLParser.MATCHES:
						case BeTraceDSLParser.TRUE:
						case BeTraceDSLParser.FALSE:
						case BeTraceDSLParser.WHEN:
						case BeTraceDSLParser.ALWAYS:
						case BeTraceDSLParser.NEVER:
						case BeTraceDSLParser.IDENTIFIER:
							{
							this.state = 65;
							this.name();
							}
							break;
						case BeTraceDSLParser.INTEGER:
							{
							this.state = 66;
							this.match(BeTraceDSLParser.INTEGER);
							}
							break;
						default:
							throw new NoViableAltException(this);
						}
						this.state = 69;
						this.match(BeTraceDSLParser.RPAREN);
						}
						break;
					default:
						throw new NoViableAltException(this);
					}
					}
					this.state = 72;
					this._errHandler.sync(this);
					_la = this._input.LA(1);
				} while ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << BeTraceDSLParser.AND) | (1 << BeTraceDSLParser.OR) | (1 << BeTraceDSLParser.NOT) | (1 << BeTraceDSLParser.IN) | (1 << BeTraceDSLParser.CONTAINS) | (1 << BeTraceDSLParser.STARTS_WITH) | (1 << BeTraceDSLParser.ENDS_WITH) | (1 << BeTraceDSLParser.MATCHES) | (1 << BeTraceDSLParser.TRUE) | (1 << BeTraceDSLParser.FALSE) | (1 << BeTraceDSLParser.WHEN) | (1 << BeTraceDSLParser.ALWAYS) | (1 << BeTraceDSLParser.NEVER) | (1 << BeTraceDSLParser.LPAREN) | (1 << BeTraceDSLParser.DOT) | (1 << BeTraceDSLParser.INTEGER))) !== 0) || ((((_la - 32)) & ~0x1F) === 0 && ((1 << (_la - 32)) & ((1 << (BeTraceDSLParser.DECIMAL - 32)) | (1 << (BeTraceDSLParser.DURATION - 32)) | (1 << (BeTraceDSLParser.IDENTIFIER - 32)) | (1 << (BeTraceDSLParser.NUMBERLIKE - 32)))) !== 0));
				}
				break;
			default:
				throw new NoViableAltException(this);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public invariant(): InvariantContext {
		let _localctx: InvariantContext = new InvariantContext(this._ctx, this.state);
		this.enterRule(_localctx, 6, BeTraceDSLParser.RULE_invariant);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 76;
			this.match(BeTraceDSLParser.WHEN);
			this.state = 77;
			this.block();
			this.state = 81;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === BeTraceDSLParser.ALWAYS || _la === BeTraceDSLParser.NEVER) {
				{
				{
				this.state = 78;
				this.clause();
				}
				}
				this.state = 83;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public clause(): ClauseContext {
		let _localctx: ClauseContext = new ClauseContext(this._ctx, this.state);
		this.enterRule(_localctx, 8, BeTraceDSLParser.RULE_clause);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 84;
			_la = this._input.LA(1);
			if (!(_la === BeTraceDSLParser.ALWAYS || _la === BeTraceDSLParser.NEVER)) {
			this._errHandler.recoverInline(this);
			} else {
				if (this._input.LA(1) === Token.EOF) {
					this.matchedEOF = true;
				}

				this._errHandler.reportMatch(this);
				this.consume();
			}
			this.state = 85;
			this.block();
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public block(): BlockContext {
		let _localctx: BlockContext = new BlockContext(this._ctx, this.state);
		this.enterRule(_localctx, 10, BeTraceDSLParser.RULE_block);
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 87;
			this.match(BeTraceDSLParser.LBRACE);
			this.state = 88;
			this.expression();
			this.state = 89;
			this.match(BeTraceDSLParser.RBRACE);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public expression(): ExpressionContext {
		let _localctx: ExpressionContext = new ExpressionContext(this._ctx, this.state);
		this.enterRule(_localctx, 12, BeTraceDSLParser.RULE_expression);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 91;
			this.conjunction();
			this.state = 96;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === BeTraceDSLParser.OR) {
				{
				{
				this.state = 92;
				this.match(BeTraceDSLParser.OR);
				this.state = 93;
				this.conjunction();
				}
				}
				this.state = 98;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public conjunction(): ConjunctionContext {
		let _localctx: ConjunctionContext = new ConjunctionContext(this._ctx, this.state);
		this.enterRule(_localctx, 14, BeTraceDSLParser.RULE_conjunction);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 99;
			this.condition();
			this.state = 104;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === BeTraceDSLParser.AND) {
				{
				{
				this.state = 100;
				this.match(BeTraceDSLParser.AND);
				this.state = 101;
				this.condition();
				}
				}
				this.state = 106;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public condition(): ConditionContext {
		let _localctx: ConditionContext = new ConditionContext(this._ctx, this.state);
		this.enterRule(_localctx, 16, BeTraceDSLParser.RULE_condition);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 110;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === BeTraceDSLParser.NOT) {
				{
				{
				this.state = 107;
				this.match(BeTraceDSLParser.NOT);
				}
				}
				this.state = 112;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			this.state = 123;
			this._errHandler.sync(this);
			switch (this._input.LA(1)) {
			case BeTraceDSLParser.LPAREN:
				{
				this.state = 113;
				this.match(BeTraceDSLParser.LPAREN);
				this.state = 114;
				this.expression();
				this.state = 115;
				this.match(BeTraceDSLParser.RPAREN);
				}
				break;
			case BeTraceDSLParser.TRUE:
				{
				this.state = 117;
				this.match(BeTraceDSLParser.TRUE);
				}
				break;
			case BeTraceDSLParser.FALSE:
				{
				this.state = 118;
				this.match(BeTraceDSLParser.FALSE);
				}
				break;
			case BeTraceDSLParser.IDENTIFIER:
				{
				this.state = 119;
				this.reference();
				this.state = 121;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
				if ((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << BeTraceDSLParser.IN) | (1 << BeTraceDSLParser.CONTAINS) | (1 << BeTraceDSLParser.STARTS_WITH) | (1 << BeTraceDSLParser.ENDS_WITH) | (1 << BeTraceDSLParser.MATCHES) | (1 << BeTraceDSLParser.EQ) | (1 << BeTraceDSLParser.NE) | (1 << BeTraceDSLParser.LT) | (1 << BeTraceDSLParser.LE) | (1 << BeTraceDSLParser.GT) | (1 << BeTraceDSLParser.GE))) !== 0)) {
					{
					this.state = 120;
					this.test();
					}
				}

				}
				break;
			default:
				throw new NoViableAltException(this);
			}
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public reference(): ReferenceContext {
		let _localctx: ReferenceContext = new ReferenceContext(this._ctx, this.state);
		this.enterRule(_localctx, 18, BeTraceDSLParser.RULE_reference);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 125;
			this.match(BeTraceDSLParser.IDENTIFIER);
			this.state = 130;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			while (_la === BeTraceDSLParser.DOT) {
				{
				{
				this.state = 126;
				this.match(BeTraceDSLParser.DOT);
				this.state = 127;
				_la = this._input.LA(1);
				if (!((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << BeTraceDSLParser.AND) | (1 << BeTraceDSLParser.OR) | (1 << BeTraceDSLParser.NOT) | (1 << BeTraceDSLParser.IN) | (1 << BeTraceDSLParser.CONTAINS) | (1 << BeTraceDSLParser.STARTS_WITH) | (1 << BeTraceDSLParser.ENDS_WITH) | (1 << BeTraceDSLParser.MATCHES) | (1 << BeTraceDSLParser.TRUE) | (1 << BeTraceDSLParser.FALSE) | (1 << BeTraceDSLParser.WHEN) | (1 << BeTraceDSLParser.ALWAYS) | (1 << BeTraceDSLParser.NEVER))) !== 0) || _la === BeTraceDSLParser.IDENTIFIER)) {
				this._errHandler.recoverInline(this);
				} else {
					if (this._input.LA(1) === Token.EOF) {
						this.matchedEOF = true;
					}

					this._errHandler.reportMatch(this);
					this.consume();
				}
				}
				}
				this.state = 132;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
			}
			this.state = 136;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			if (_la === BeTraceDSLParser.LBRACKET) {
				{
				this.state = 133;
				this.match(BeTraceDSLParser.LBRACKET);
				this.state = 134;
				this.match(BeTraceDSLParser.STRING);
				this.state = 135;
				this.match(BeTraceDSLParser.RBRACKET);
				}
			}

			this.state = 139;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			if (_la === BeTraceDSLParser.LPAREN) {
				{
				this.state = 138;
				this.arguments();
				}
			}

			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public arguments(): ArgumentsContext {
		let _localctx: ArgumentsContext = new ArgumentsContext(this._ctx, this.state);
		this.enterRule(_localctx, 20, BeTraceDSLParser.RULE_arguments);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 141;
			this.match(BeTraceDSLParser.LPAREN);
			this.state = 150;
			this._errHandler.sync(this);
			_la = this._input.LA(1);
			if (((((_la - 3)) & ~0x1F) === 0 && ((1 << (_la - 3)) & ((1 << (BeTraceDSLParser.NOT - 3)) | (1 << (BeTraceDSLParser.TRUE - 3)) | (1 << (BeTraceDSLParser.FALSE - 3)) | (1 << (BeTraceDSLParser.LPAREN - 3)) | (1 << (BeTraceDSLParser.STRING - 3)) | (1 << (BeTraceDSLParser.IDENTIFIER - 3)))) !== 0)) {
				{
				this.state = 142;
				this.argument();
				this.state = 147;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
				while (_la === BeTraceDSLParser.COMMA) {
					{
					{
					this.state = 143;
					this.match(BeTraceDSLParser.COMMA);
					this.state = 144;
					this.argument();
					}
					}
					this.state = 149;
					this._errHandler.sync(this);
					_la = this._input.LA(1);
				}
				}
			}

			this.state = 152;
			this.match(BeTraceDSLParser.RPAREN);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public argument(): ArgumentContext {
		let _localctx: ArgumentContext = new ArgumentContext(this._ctx, this.state);
		this.enterRule(_localctx, 22, BeTraceDSLParser.RULE_argument);
		try {
			this.state = 156;
			this._errHandler.sync(this);
			switch (this._input.LA(1)) {
			case BeTraceDSLParser.STRING:
				this.enterOuterAlt(_localctx, 1);
				{
				this.state = 154;
				this.match(BeTraceDSLParser.STRING);
				}
				break;
			case BeTraceDSLParser.NOT:
			case BeTraceDSLParser.TRUE:
			case BeTraceDSLParser.FALSE:
			case BeTraceDSLParser.LPAREN:
			case BeTraceDSLParser.IDENTIFIER:
				this.enterOuterAlt(_localctx, 2);
				{
				this.state = 155;
				this.expression();
				}
				break;
			default:
				throw new NoViableAltException(this);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public test(): TestContext {
		let _localctx: TestContext = new TestContext(this._ctx, this.state);
		this.enterRule(_localctx, 24, BeTraceDSLParser.RULE_test);
		let _la: number;
		try {
			this.state = 182;
			this._errHandler.sync(this);
			switch (this._input.LA(1)) {
			case BeTraceDSLParser.EQ:
			case BeTraceDSLParser.NE:
			case BeTraceDSLParser.LT:
			case BeTraceDSLParser.LE:
			case BeTraceDSLParser.GT:
			case BeTraceDSLParser.GE:
				this.enterOuterAlt(_localctx, 1);
				{
				this.state = 158;
				_la = this._input.LA(1);
				if (!((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << BeTraceDSLParser.EQ) | (1 << BeTraceDSLParser.NE) | (1 << BeTraceDSLParser.LT) | (1 << BeTraceDSLParser.LE) | (1 << BeTraceDSLParser.GT) | (1 << BeTraceDSLParser.GE))) !== 0))) {
				this._errHandler.recoverInline(this);
				} else {
					if (this._input.LA(1) === Token.EOF) {
						this.matchedEOF = true;
					}

					this._errHandler.reportMatch(this);
					this.consume();
				}
				this.state = 167;
				this._errHandler.sync(this);
				switch (this._input.LA(1)) {
				case BeTraceDSLParser.STRING:
					{
					this.state = 159;
					this.match(BeTraceDSLParser.STRING);
					}
					break;
				case BeTraceDSLParser.INTEGER:
					{
					this.state = 160;
					this.match(BeTraceDSLParser.INTEGER);
					}
					break;
				case BeTraceDSLParser.DECIMAL:
					{
					this.state = 161;
					this.match(BeTraceDSLParser.DECIMAL);
					}
					break;
				case BeTraceDSLParser.DURATION:
					{
					this.state = 162;
					this.match(BeTraceDSLParser.DURATION);
					}
					break;
				case BeTraceDSLParser.NUMBERLIKE:
					{
					this.state = 163;
					this.match(BeTraceDSLParser.NUMBERLIKE);
					}
					break;
				case BeTraceDSLParser.TRUE:
					{
					this.state = 164;
					this.match(BeTraceDSLParser.TRUE);
					}
					break;
				case BeTraceDSLParser.FALSE:
					{
					this.state = 165;
					this.match(BeTraceDSLParser.FALSE);
					}
					break;
				case BeTraceDSLParser.IDENTIFIER:
					{
					this.state = 166;
					this.reference();
					}
					break;
				default:
					throw new NoViableAltException(this);
				}
				}
				break;
			case BeTraceDSLParser.CONTAINS:
			case BeTraceDSLParser.STARTS_WITH:
			case BeTraceDSLParser.ENDS_WITH:
			case BeTraceDSLParser.MATCHES:
				this.enterOuterAlt(_localctx, 2);
				{
				this.state = 169;
				_la = this._input.LA(1);
				if (!((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << BeTraceDSLParser.CONTAINS) | (1 << BeTraceDSLParser.STARTS_WITH) | (1 << BeTraceDSLParser.ENDS_WITH) | (1 << BeTraceDSLParser.MATCHES))) !== 0))) {
				this._errHandler.recoverInline(this);
				} else {
					if (this._input.LA(1) === Token.EOF) {
						this.matchedEOF = true;
					}

					this._errHandler.reportMatch(this);
					this.consume();
				}
				this.state = 170;
				_la = this._input.LA(1);
				if (!(((((_la - 9)) & ~0x1F) === 0 && ((1 << (_la - 9)) & ((1 << (BeTraceDSLParser.TRUE - 9)) | (1 << (BeTraceDSLParser.FALSE - 9)) | (1 << (BeTraceDSLParser.STRING - 9)) | (1 << (BeTraceDSLParser.INTEGER - 9)) | (1 << (BeTraceDSLParser.DECIMAL - 9)) | (1 << (BeTraceDSLParser.DURATION - 9)) | (1 << (BeTraceDSLParser.NUMBERLIKE - 9)))) !== 0))) {
				this._errHandler.recoverInline(this);
				} else {
					if (this._input.LA(1) === Token.EOF) {
						this.matchedEOF = true;
					}

					this._errHandler.reportMatch(this);
					this.consume();
				}
				}
				break;
			case BeTraceDSLParser.IN:
				this.enterOuterAlt(_localctx, 3);
				{
				this.state = 171;
				this.match(BeTraceDSLParser.IN);
				this.state = 172;
				this.match(BeTraceDSLParser.LBRACKET);
				this.state = 173;
				_la = this._input.LA(1);
				if (!(((((_la - 9)) & ~0x1F) === 0 && ((1 << (_la - 9)) & ((1 << (BeTraceDSLParser.TRUE - 9)) | (1 << (BeTraceDSLParser.FALSE - 9)) | (1 << (BeTraceDSLParser.STRING - 9)) | (1 << (BeTraceDSLParser.INTEGER - 9)) | (1 << (BeTraceDSLParser.DECIMAL - 9)) | (1 << (BeTraceDSLParser.DURATION - 9)) | (1 << (BeTraceDSLParser.NUMBERLIKE - 9)))) !== 0))) {
				this._errHandler.recoverInline(this);
				} else {
					if (this._input.LA(1) === Token.EOF) {
						this.matchedEOF = true;
					}

					this._errHandler.reportMatch(this);
					this.consume();
				}
				this.state = 178;
				this._errHandler.sync(this);
				_la = this._input.LA(1);
				while (_la === BeTraceDSLParser.COMMA) {
					{
					{
					this.state = 174;
					this.match(BeTraceDSLParser.COMMA);
					this.state = 175;
					_la = this._input.LA(1);
					if (!(((((_la - 9)) & ~0x1F) === 0 && ((1 << (_la - 9)) & ((1 << (BeTraceDSLParser.TRUE - 9)) | (1 << (BeTraceDSLParser.FALSE - 9)) | (1 << (BeTraceDSLParser.STRING - 9)) | (1 << (BeTraceDSLParser.INTEGER - 9)) | (1 << (BeTraceDSLParser.DECIMAL - 9)) | (1 << (BeTraceDSLParser.DURATION - 9)) | (1 << (BeTraceDSLParser.NUMBERLIKE - 9)))) !== 0))) {
					this._errHandler.recoverInline(this);
					} else {
						if (this._input.LA(1) === Token.EOF) {
							this.matchedEOF = true;
						}

						this._errHandler.reportMatch(this);
						this.consume();
					}
					}
					}
					this.state = 180;
					this._errHandler.sync(this);
					_la = this._input.LA(1);
				}
				this.state = 181;
				this.match(BeTraceDSLParser.RBRACKET);
				}
				break;
			default:
				throw new NoViableAltException(this);
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}
	// @RuleVersion(0)
	public name(): NameContext {
		let _localctx: NameContext = new NameContext(this._ctx, this.state);
		this.enterRule(_localctx, 26, BeTraceDSLParser.RULE_name);
		let _la: number;
		try {
			this.enterOuterAlt(_localctx, 1);
			{
			this.state = 184;
			_la = this._input.LA(1);
			if (!((((_la) & ~0x1F) === 0 && ((1 << _la) & ((1 << BeTraceDSLParser.AND) | (1 << BeTraceDSLParser.OR) | (1 << BeTraceDSLParser.NOT) | (1 << BeTraceDSLParser.IN) | (1 << BeTraceDSLParser.CONTAINS) | (1 << BeTraceDSLParser.STARTS_WITH) | (1 << BeTraceDSLParser.ENDS_WITH) | (1 << BeTraceDSLParser.MATCHES) | (1 << BeTraceDSLParser.TRUE) | (1 << BeTraceDSLParser.FALSE) | (1 << BeTraceDSLParser.WHEN) | (1 << BeTraceDSLParser.ALWAYS) | (1 << BeTraceDSLParser.NEVER))) !== 0) || _la === BeTraceDSLParser.IDENTIFIER)) {
			this._errHandler.recoverInline(this);
			} else {
				if (this._input.LA(1) === Token.EOF) {
					this.matchedEOF = true;
				}

				this._errHandler.reportMatch(this);
				this.consume();
			}
			}
		}
		catch (re) {
			if (re instanceof RecognitionException) {
				_localctx.exception = re;
				this._errHandler.reportError(this, re);
				this._errHandler.recover(this, re);
			} else {
				throw re;
			}
		}
		finally {
			this.exitRule();
		}
		return _localctx;
	}

	public static readonly _serializedATN: string =
		"\x03\uC91D\uCABA\u058D\uAFBA\u4F53\u0607\uEA8B\uC241\x034\xBD\x04\x02" +
		"\t\x02\x04\x03\t\x03\x04\x04\t\x04\x04\x05\t\x05\x04\x06\t\x06\x04\x07" +
		"\t\x07\x04\b\t\b\x04\t\t\t\x04\n\t\n\x04\v\t\v\x04\f\t\f\x04\r\t\r\x04" +
		"\x0E\t\x0E\x04\x0F\t\x0F\x03\x02\x07\x02 \n\x02\f\x02\x0E\x02#\v\x02\x03" +
		"\x02\x03\x02\x05\x02\'\n\x02\x03\x02\x03\x02\x03\x03\x03\x03\x03\x03\x03" +
		"\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x03\x07\x034\n\x03\f\x03\x0E" +
		"\x037\v\x03\x03\x03\x03\x03\x03\x03\x03\x04\x03\x04\x03\x04\x03\x04\x03" +
		"\x04\x03\x04\x03\x04\x03\x04\x03\x04\x03\x04\x05\x04F\n\x04\x03\x04\x06" +
		"\x04I\n\x04\r\x04\x0E\x04J\x05\x04M\n\x04\x03\x05\x03\x05\x03\x05\x07" +
		"\x05R\n\x05\f\x05\x0E\x05U\v\x05\x03\x06\x03\x06\x03\x06\x03\x07\x03\x07" +
		"\x03\x07\x03\x07\x03\b\x03\b\x03\b\x07\ba\n\b\f\b\x0E\bd\v\b\x03\t\x03" +
		"\t\x03\t\x07\ti\n\t\f\t\x0E\tl\v\t\x03\n\x07\no\n\n\f\n\x0E\nr\v\n\x03" +
		"\n\x03\n\x03\n\x03\n\x03\n\x03\n\x03\n\x03\n\x05\n|\n\n\x05\n~\n\n\x03" +
		"\v\x03\v\x03\v\x07\v\x83\n\v\f\v\x0E\v\x86\v\v\x03\v\x03\v\x03\v\x05\v" +
		"\x8B\n\v\x03\v\x05\v\x8E\n\v\x03\f\x03\f\x03\f\x03\f\x07\f\x94\n\f\f\f" +
		"\x0E\f\x97\v\f\x05\f\x99\n\f\x03\f\x03\f\x03\r\x03\r\x05\r\x9F\n\r\x03" +
		"\x0E\x03\x0E\x03\x0E\x03\x0E\x03\x0E\x03\x0E\x03\x0E\x03\x0E\x03\x0E\x05" +
		"\x0E\xAA\n\x0E\x03\x0E\x03\x0E\x03\x0E\x03\x0E\x03\x0E\x03\x0E\x03\x0E" +
		"\x07\x0E\xB3\n\x0E\f\x0E\x0E\x0E\xB6\v\x0E\x03\x0E\x05\x0E\xB9\n\x0E\x03" +
		"\x0F\x03\x0F\x03\x0F\x02\x02\x02\x10\x02\x02\x04\x02\x06\x02\b\x02\n\x02" +
		"\f\x02\x0E\x02\x10\x02\x12\x02\x14\x02\x16\x02\x18\x02\x1A\x02\x1C\x02" +
		"\x02\x07\x03\x02\x0E\x0F\x04\x02\x03\x0F$$\x03\x02\x10\x15\x03\x02\x07" +
		"\n\x05\x02\v\f #%%\x02\xD2\x02!\x03\x02\x02\x02\x04*\x03\x02\x02\x02\x06" +
		"L\x03\x02\x02\x02\bN\x03\x02\x02\x02\nV\x03\x02\x02\x02\fY\x03\x02\x02" +
		"\x02\x0E]\x03\x02\x02\x02\x10e\x03\x02\x02\x02\x12p\x03\x02\x02\x02\x14" +
		"\x7F\x03\x02\x02\x02\x16\x8F\x03\x02\x02\x02\x18\x9E\x03\x02\x02\x02\x1A" +
		"\xB8\x03\x02\x02\x02\x1C\xBA\x03\x02\x02\x02\x1E \x05\x04\x03\x02\x1F" +
		"\x1E\x03\x02\x02\x02 #\x03\x02\x02\x02!\x1F\x03\x02\x02\x02!\"\x03\x02" +
		"\x02\x02\"&\x03\x02\x02\x02#!\x03\x02\x02\x02$\'\x05\b\x05\x02%\'\x05" +
		"\x0E\b\x02&$\x03\x02\x02\x02&%\x03\x02\x02\x02\'(\x03\x02\x02\x02()\x07" +
		"\x02\x02\x03)\x03\x03\x02\x02\x02*+\x07\x1E\x02\x02+,\x05\x1C\x0F\x02" +
		",-\x07\x16\x02\x02-.\x05\x1C\x0F\x02./\x07\x1F\x02\x02/0\x07\x18\x02\x02" +
		"05\x05\x06\x04\x0212\x07\x1C\x02\x0224\x05\x06\x04\x0231\x03\x02\x02\x02" +
		"47\x03\x02\x02\x0253\x03\x02\x02\x0256\x03\x02\x02\x0268\x03\x02\x02\x02" +
		"75\x03\x02\x02\x0289\x07\x19\x02\x029:\x07\x17\x02\x02:\x05\x03\x02\x02" +
		"\x02;M\x07 \x02\x02<I\x05\x1C\x0F\x02=I\x07!\x02\x02>I\x07\"\x02\x02?" +
		"I\x07#\x02\x02@I\x07%\x02\x02AI\x07\x1D\x02\x02BE\x07\x16\x02\x02CF\x05" +
		"\x1C\x0F\x02DF\x07!\x02\x02EC\x03\x02\x02\x02ED\x03\x02\x02\x02FG\x03" +
		"\x02\x02\x02GI\x07\x17\x02\x02H<\x03\x02\x02\x02H=\x03\x02\x02\x02H>\x03" +
		"\x02\x02\x02H?\x03\x02\x02\x02H@\x03\x02\x02\x02HA\x03\x02\x02\x02HB\x03" +
		"\x02\x02\x02IJ\x03\x02\x02\x02JH\x03\x02\x02\x02JK\x03\x02\x02\x02KM\x03" +
		"\x02\x02\x02L;\x03\x02\x02\x02LH\x03\x02\x02\x02M\x07\x03\x02\x02\x02" +
		"NO\x07\r\x02\x02OS\x05\f\x07\x02PR\x05\n\x06\x02QP\x03\x02\x02\x02RU\x03" +
		"\x02\x02\x02SQ\x03\x02\x02\x02ST\x03\x02\x02\x02T\t\x03\x02\x02\x02US" +
		"\x03\x02\x02\x02VW\t\x02\x02\x02WX\x05\f\x07\x02X\v\x03\x02\x02\x02YZ" +
		"\x07\x18\x02\x02Z[\x05\x0E\b\x02[\\\x07\x19\x02\x02\\\r\x03\x02\x02\x02" +
		"]b\x05\x10\t\x02^_\x07\x04\x02\x02_a\x05\x10\t\x02`^\x03\x02\x02\x02a" +
		"d\x03\x02\x02\x02b`\x03\x02\x02\x02bc\x03\x02\x02\x02c\x0F\x03\x02\x02" +
		"\x02db\x03\x02\x02\x02ej\x05\x12\n\x02fg\x07\x03\x02\x02gi\x05\x12\n\x02" +
		"hf\x03\x02\x02\x02il\x03\x02\x02\x02jh\x03\x02\x02\x02jk\x03\x02\x02\x02" +
		"k\x11\x03\x02\x02\x02lj\x03\x02\x02\x02mo\x07\x05\x02\x02nm\x03\x02\x02" +
		"\x02or\x03\x02\x02\x02pn\x03\x02\x02\x02pq\x03\x02\x02\x02q}\x03\x02\x02" +
		"\x02rp\x03\x02\x02\x02st\x07\x16\x02\x02tu\x05\x0E\b\x02uv\x07\x17\x02" +
		"\x02v~\x03\x02\x02\x02w~\x07\v\x02\x02x~\x07\f\x02\x02y{\x05\x14\v\x02" +
		"z|\x05\x1A\x0E\x02{z\x03\x02\x02\x02{|\x03\x02\x02\x02|~\x03\x02\x02\x02" +
		"}s\x03\x02\x02\x02}w\x03\x02\x02\x02}x\x03\x02\x02\x02}y\x03\x02\x02\x02" +
		"~\x13\x03\x02\x02\x02\x7F\x84\x07$\x02\x02\x80\x81\x07\x1D\x02\x02\x81" +
		"\x83\t\x03\x02\x02\x82\x80\x03\x02\x02\x02\x83\x86\x03\x02\x02\x02\x84" +
		"\x82\x03\x02\x02\x02\x84\x85\x03\x02\x02\x02\x85\x8A\x03\x02\x02\x02\x86" +
		"\x84\x03\x02\x02\x02\x87\x88\x07\x1A\x02\x02\x88\x89\x07 \x02\x02\x89" +
		"\x8B\x07\x1B\x02\x02\x8A\x87\x03\x02\x02\x02\x8A\x8B\x03\x02\x02\x02\x8B" +
		"\x8D\x03\x02\x02\x02\x8C\x8E\x05\x16\f\x02\x8D\x8C\x03\x02\x02\x02\x8D" +
		"\x8E\x03\x02\x02\x02\x8E\x15\x03\x02\x02\x02\x8F\x98\x07\x16\x02\x02\x90" +
		"\x95\x05\x18\r\x02\x91\x92\x07\x1C\x02\x02\x92\x94\x05\x18\r\x02\x93\x91" +
		"\x03\x02\x02\x02\x94\x97\x03\x02\x02\x02\x95\x93\x03\x02\x02\x02\x95\x96" +
		"\x03\x02\x02\x02\x96\x99\x03\x02\x02\x02\x97\x95\x03\x02\x02\x02\x98\x90" +
		"\x03\x02\x02\x02\x98\x99\x03\x02\x02\x02\x99\x9A\x03\x02\x02\x02\x9A\x9B" +
		"\x07\x17\x02\x02\x9B\x17\x03\x02\x02\x02\x9C\x9F\x07 \x02\x02\x9D\x9F" +
		"\x05\x0E\b\x02\x9E\x9C\x03\x02\x02\x02\x9E\x9D\x03\x02\x02\x02\x9F\x19" +
		"\x03\x02\x02\x02\xA0\xA9\t\x04\x02\x02\xA1\xAA\x07 \x02\x02\xA2\xAA\x07" +
		"!\x02\x02\xA3\xAA\x07\"\x02\x02\xA4\xAA\x07#\x02\x02\xA5\xAA\x07%\x02" +
		"\x02\xA6\xAA\x07\v\x02\x02\xA7\xAA\x07\f\x02\x02\xA8\xAA\x05\x14\v\x02" +
		"\xA9\xA1\x03\x02\x02\x02\xA9\xA2\x03\x02\x02\x02\xA9\xA3\x03\x02\x02\x02" +
		"\xA9\xA4\x03\x02\x02\x02\xA9\xA5\x03\x02\x02\x02\xA9\xA6\x03\x02\x02\x02" +
		"\xA9\xA7\x03\x02\x02\x02\xA9\xA8\x03\x02\x02\x02\xAA\xB9\x03\x02\x02\x02" +
		"\xAB\xAC\t\x05\x02\x02\xAC\xB9\t\x06\x02\x02\xAD\xAE\x07\x06\x02\x02\xAE" +
		"\xAF\x07\x1A\x02\x02\xAF\xB4\t\x06\x02\x02\xB0\xB1\x07\x1C\x02\x02\xB1" +
		"\xB3\t\x06\x02\x02\xB2\xB0\x03\x02\x02\x02\xB3\xB6\x03\x02\x02\x02\xB4" +
		"\xB2\x03\x02\x02\x02\xB4\xB5\x03\x02\x02\x02\xB5\xB7\x03\x02\x02\x02\xB6" +
		"\xB4\x03\x02\x02\x02\xB7\xB9\x07\x1B\x02\x02\xB8\xA0\x03\x02\x02\x02\xB8" +
		"\xAB\x03\x02\x02\x02\xB8\xAD\x03\x02\x02\x02\xB9\x1B\x03\x02\x02\x02\xBA" +
		"\xBB\t\x03\x02\x02\xBB\x1D\x03\x02\x02\x02\x18!&5EHJLSbjp{}\x84\x8A\x8D" +
		"\x95\x98\x9E\xA9\xB4\xB8";
	public static __ATN: ATN;
	public static get _ATN(): ATN {
		if (!BeTraceDSLParser.__ATN) {
			BeTraceDSLParser.__ATN = new ATNDeserializer().deserialize(Utils.toCharArray(BeTraceDSLParser._serializedATN));
		}

		return BeTraceDSLParser.__ATN;
	}

}

export class RuleTextContext extends ParserRuleContext {
	public EOF(): TerminalNode { return this.getToken(BeTraceDSLParser.EOF, 0); }
	public invariant(): InvariantContext | undefined {
		return this.tryGetRuleContext(0, InvariantContext);
	}
	public expression(): ExpressionContext | undefined {
		return this.tryGetRuleContext(0, ExpressionContext);
	}
	public annotation(): AnnotationContext[];
	public annotation(i: number): AnnotationContext;
	public annotation(i?: number): AnnotationContext | AnnotationContext[] {
		if (i === undefined) {
			return this.getRuleContexts(AnnotationContext);
		} else {
			return this.getRuleContext(i, AnnotationContext);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_ruleText; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitRuleText) {
			return visitor.visitRuleText(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class AnnotationContext extends ParserRuleContext {
	public AT(): TerminalNode { return this.getToken(BeTraceDSLParser.AT, 0); }
	public name(): NameContext[];
	public name(i: number): NameContext;
	public name(i?: number): NameContext | NameContext[] {
		if (i === undefined) {
			return this.getRuleContexts(NameContext);
		} else {
			return this.getRuleContext(i, NameContext);
		}
	}
	public LPAREN(): TerminalNode { return this.getToken(BeTraceDSLParser.LPAREN, 0); }
	public ASSIGN(): TerminalNode { return this.getToken(BeTraceDSLParser.ASSIGN, 0); }
	public LBRACE(): TerminalNode { return this.getToken(BeTraceDSLParser.LBRACE, 0); }
	public control(): ControlContext[];
	public control(i: number): ControlContext;
	public control(i?: number): ControlContext | ControlContext[] {
		if (i === undefined) {
			return this.getRuleContexts(ControlContext);
		} else {
			return this.getRuleContext(i, ControlContext);
		}
	}
	public RBRACE(): TerminalNode { return this.getToken(BeTraceDSLParser.RBRACE, 0); }
	public RPAREN(): TerminalNode { return this.getToken(BeTraceDSLParser.RPAREN, 0); }
	public COMMA(): TerminalNode[];
	public COMMA(i: number): TerminalNode;
	public COMMA(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.COMMA);
		} else {
			return this.getToken(BeTraceDSLParser.COMMA, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_annotation; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitAnnotation) {
			return visitor.visitAnnotation(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class ControlContext extends ParserRuleContext {
	public STRING(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.STRING, 0); }
	public name(): NameContext[];
	public name(i: number): NameContext;
	public name(i?: number): NameContext | NameContext[] {
		if (i === undefined) {
			return this.getRuleContexts(NameContext);
		} else {
			return this.getRuleContext(i, NameContext);
		}
	}
	public INTEGER(): TerminalNode[];
	public INTEGER(i: number): TerminalNode;
	public INTEGER(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.INTEGER);
		} else {
			return this.getToken(BeTraceDSLParser.INTEGER, i);
		}
	}
	public DECIMAL(): TerminalNode[];
	public DECIMAL(i: number): TerminalNode;
	public DECIMAL(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.DECIMAL);
		} else {
			return this.getToken(BeTraceDSLParser.DECIMAL, i);
		}
	}
	public DURATION(): TerminalNode[];
	public DURATION(i: number): TerminalNode;
	public DURATION(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.DURATION);
		} else {
			return this.getToken(BeTraceDSLParser.DURATION, i);
		}
	}
	public NUMBERLIKE(): TerminalNode[];
	public NUMBERLIKE(i: number): TerminalNode;
	public NUMBERLIKE(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.NUMBERLIKE);
		} else {
			return this.getToken(BeTraceDSLParser.NUMBERLIKE, i);
		}
	}
	public DOT(): TerminalNode[];
	public DOT(i: number): TerminalNode;
	public DOT(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.DOT);
		} else {
			return this.getToken(BeTraceDSLParser.DOT, i);
		}
	}
	public LPAREN(): TerminalNode[];
	public LPAREN(i: number): TerminalNode;
	public LPAREN(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.LPAREN);
		} else {
			return this.getToken(BeTraceDSLParser.LPAREN, i);
		}
	}
	public RPAREN(): TerminalNode[];
	public RPAREN(i: number): TerminalNode;
	public RPAREN(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.RPAREN);
		} else {
			return this.getToken(BeTraceDSLParser.RPAREN, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_control; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitControl) {
			return visitor.visitControl(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class InvariantContext extends ParserRuleContext {
	public WHEN(): TerminalNode { return this.getToken(BeTraceDSLParser.WHEN, 0); }
	public block(): BlockContext {
		return this.getRuleContext(0, BlockContext);
	}
	public clause(): ClauseContext[];
	public clause(i: number): ClauseContext;
	public clause(i?: number): ClauseContext | ClauseContext[] {
		if (i === undefined) {
			return this.getRuleContexts(ClauseContext);
		} else {
			return this.getRuleContext(i, ClauseContext);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_invariant; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitInvariant) {
			return visitor.visitInvariant(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class ClauseContext extends ParserRuleContext {
	public block(): BlockContext {
		return this.getRuleContext(0, BlockContext);
	}
	public ALWAYS(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.ALWAYS, 0); }
	public NEVER(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.NEVER, 0); }
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_clause; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitClause) {
			return visitor.visitClause(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class BlockContext extends ParserRuleContext {
	public LBRACE(): TerminalNode { return this.getToken(BeTraceDSLParser.LBRACE, 0); }
	public expression(): ExpressionContext {
		return this.getRuleContext(0, ExpressionContext);
	}
	public RBRACE(): TerminalNode { return this.getToken(BeTraceDSLParser.RBRACE, 0); }
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_block; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitBlock) {
			return visitor.visitBlock(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class ExpressionContext extends ParserRuleContext {
	public conjunction(): ConjunctionContext[];
	public conjunction(i: number): ConjunctionContext;
	public conjunction(i?: number): ConjunctionContext | ConjunctionContext[] {
		if (i === undefined) {
			return this.getRuleContexts(ConjunctionContext);
		} else {
			return this.getRuleContext(i, ConjunctionContext);
		}
	}
	public OR(): TerminalNode[];
	public OR(i: number): TerminalNode;
	public OR(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.OR);
		} else {
			return this.getToken(BeTraceDSLParser.OR, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_expression; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitExpression) {
			return visitor.visitExpression(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class ConjunctionContext extends ParserRuleContext {
	public condition(): ConditionContext[];
	public condition(i: number): ConditionContext;
	public condition(i?: number): ConditionContext | ConditionContext[] {
		if (i === undefined) {
			return this.getRuleContexts(ConditionContext);
		} else {
			return this.getRuleContext(i, ConditionContext);
		}
	}
	public AND(): TerminalNode[];
	public AND(i: number): TerminalNode;
	public AND(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.AND);
		} else {
			return this.getToken(BeTraceDSLParser.AND, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_conjunction; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitConjunction) {
			return visitor.visitConjunction(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class ConditionContext extends ParserRuleContext {
	public LPAREN(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.LPAREN, 0); }
	public expression(): ExpressionContext | undefined {
		return this.tryGetRuleContext(0, ExpressionContext);
	}
	public RPAREN(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.RPAREN, 0); }
	public TRUE(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.TRUE, 0); }
	public FALSE(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.FALSE, 0); }
	public reference(): ReferenceContext | undefined {
		return this.tryGetRuleContext(0, ReferenceContext);
	}
	public NOT(): TerminalNode[];
	public NOT(i: number): TerminalNode;
	public NOT(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.NOT);
		} else {
			return this.getToken(BeTraceDSLParser.NOT, i);
		}
	}
	public test(): TestContext | undefined {
		return this.tryGetRuleContext(0, TestContext);
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_condition; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitCondition) {
			return visitor.visitCondition(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class ReferenceContext extends ParserRuleContext {
	public IDENTIFIER(): TerminalNode[];
	public IDENTIFIER(i: number): TerminalNode;
	public IDENTIFIER(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.IDENTIFIER);
		} else {
			return this.getToken(BeTraceDSLParser.IDENTIFIER, i);
		}
	}
	public DOT(): TerminalNode[];
	public DOT(i: number): TerminalNode;
	public DOT(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.DOT);
		} else {
			return this.getToken(BeTraceDSLParser.DOT, i);
		}
	}
	public LBRACKET(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.LBRACKET, 0); }
	public STRING(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.STRING, 0); }
	public RBRACKET(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.RBRACKET, 0); }
	public arguments(): ArgumentsContext | undefined {
		return this.tryGetRuleContext(0, ArgumentsContext);
	}
	public AND(): TerminalNode[];
	public AND(i: number): TerminalNode;
	public AND(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.AND);
		} else {
			return this.getToken(BeTraceDSLParser.AND, i);
		}
	}
	public OR(): TerminalNode[];
	public OR(i: number): TerminalNode;
	public OR(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.OR);
		} else {
			return this.getToken(BeTraceDSLParser.OR, i);
		}
	}
	public NOT(): TerminalNode[];
	public NOT(i: number): TerminalNode;
	public NOT(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.NOT);
		} else {
			return this.getToken(BeTraceDSLParser.NOT, i);
		}
	}
	public IN(): TerminalNode[];
	public IN(i: number): TerminalNode;
	public IN(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.IN);
		} else {
			return this.getToken(BeTraceDSLParser.IN, i);
		}
	}
	public CONTAINS(): TerminalNode[];
	public CONTAINS(i: number): TerminalNode;
	public CONTAINS(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.CONTAINS);
		} else {
			return this.getToken(BeTraceDSLParser.CONTAINS, i);
		}
	}
	public STARTS_WITH(): TerminalNode[];
	public STARTS_WITH(i: number): TerminalNode;
	public STARTS_WITH(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.STARTS_WITH);
		} else {
			return this.getToken(BeTraceDSLParser.STARTS_WITH, i);
		}
	}
	public ENDS_WITH(): TerminalNode[];
	public ENDS_WITH(i: number): TerminalNode;
	public ENDS_WITH(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.ENDS_WITH);
		} else {
			return this.getToken(BeTraceDSLParser.ENDS_WITH, i);
		}
	}
	public MATCHES(): TerminalNode[];
	public MATCHES(i: number): TerminalNode;
	public MATCHES(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.MATCHES);
		} else {
			return this.getToken(BeTraceDSLParser.MATCHES, i);
		}
	}
	public TRUE(): TerminalNode[];
	public TRUE(i: number): TerminalNode;
	public TRUE(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.TRUE);
		} else {
			return this.getToken(BeTraceDSLParser.TRUE, i);
		}
	}
	public FALSE(): TerminalNode[];
	public FALSE(i: number): TerminalNode;
	public FALSE(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.FALSE);
		} else {
			return this.getToken(BeTraceDSLParser.FALSE, i);
		}
	}
	public WHEN(): TerminalNode[];
	public WHEN(i: number): TerminalNode;
	public WHEN(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.WHEN);
		} else {
			return this.getToken(BeTraceDSLParser.WHEN, i);
		}
	}
	public ALWAYS(): TerminalNode[];
	public ALWAYS(i: number): TerminalNode;
	public ALWAYS(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.ALWAYS);
		} else {
			return this.getToken(BeTraceDSLParser.ALWAYS, i);
		}
	}
	public NEVER(): TerminalNode[];
	public NEVER(i: number): TerminalNode;
	public NEVER(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.NEVER);
		} else {
			return this.getToken(BeTraceDSLParser.NEVER, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_reference; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitReference) {
			return visitor.visitReference(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class ArgumentsContext extends ParserRuleContext {
	public LPAREN(): TerminalNode { return this.getToken(BeTraceDSLParser.LPAREN, 0); }
	public RPAREN(): TerminalNode { return this.getToken(BeTraceDSLParser.RPAREN, 0); }
	public argument(): ArgumentContext[];
	public argument(i: number): ArgumentContext;
	public argument(i?: number): ArgumentContext | ArgumentContext[] {
		if (i === undefined) {
			return this.getRuleContexts(ArgumentContext);
		} else {
			return this.getRuleContext(i, ArgumentContext);
		}
	}
	public COMMA(): TerminalNode[];
	public COMMA(i: number): TerminalNode;
	public COMMA(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.COMMA);
		} else {
			return this.getToken(BeTraceDSLParser.COMMA, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_arguments; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitArguments) {
			return visitor.visitArguments(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class ArgumentContext extends ParserRuleContext {
	public STRING(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.STRING, 0); }
	public expression(): ExpressionContext | undefined {
		return this.tryGetRuleContext(0, ExpressionContext);
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_argument; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitArgument) {
			return visitor.visitArgument(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class TestContext extends ParserRuleContext {
	public EQ(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.EQ, 0); }
	public NE(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.NE, 0); }
	public LT(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.LT, 0); }
	public LE(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.LE, 0); }
	public GT(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.GT, 0); }
	public GE(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.GE, 0); }
	public STRING(): TerminalNode[];
	public STRING(i: number): TerminalNode;
	public STRING(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.STRING);
		} else {
			return this.getToken(BeTraceDSLParser.STRING, i);
		}
	}
	public INTEGER(): TerminalNode[];
	public INTEGER(i: number): TerminalNode;
	public INTEGER(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.INTEGER);
		} else {
			return this.getToken(BeTraceDSLParser.INTEGER, i);
		}
	}
	public DECIMAL(): TerminalNode[];
	public DECIMAL(i: number): TerminalNode;
	public DECIMAL(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.DECIMAL);
		} else {
			return this.getToken(BeTraceDSLParser.DECIMAL, i);
		}
	}
	public DURATION(): TerminalNode[];
	public DURATION(i: number): TerminalNode;
	public DURATION(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.DURATION);
		} else {
			return this.getToken(BeTraceDSLParser.DURATION, i);
		}
	}
	public NUMBERLIKE(): TerminalNode[];
	public NUMBERLIKE(i: number): TerminalNode;
	public NUMBERLIKE(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.NUMBERLIKE);
		} else {
			return this.getToken(BeTraceDSLParser.NUMBERLIKE, i);
		}
	}
	public TRUE(): TerminalNode[];
	public TRUE(i: number): TerminalNode;
	public TRUE(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.TRUE);
		} else {
			return this.getToken(BeTraceDSLParser.TRUE, i);
		}
	}
	public FALSE(): TerminalNode[];
	public FALSE(i: number): TerminalNode;
	public FALSE(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.FALSE);
		} else {
			return this.getToken(BeTraceDSLParser.FALSE, i);
		}
	}
	public reference(): ReferenceContext | undefined {
		return this.tryGetRuleContext(0, ReferenceContext);
	}
	public CONTAINS(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.CONTAINS, 0); }
	public STARTS_WITH(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.STARTS_WITH, 0); }
	public ENDS_WITH(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.ENDS_WITH, 0); }
	public MATCHES(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.MATCHES, 0); }
	public IN(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.IN, 0); }
	public LBRACKET(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.LBRACKET, 0); }
	public RBRACKET(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.RBRACKET, 0); }
	public COMMA(): TerminalNode[];
	public COMMA(i: number): TerminalNode;
	public COMMA(i?: number): TerminalNode | TerminalNode[] {
		if (i === undefined) {
			return this.getTokens(BeTraceDSLParser.COMMA);
		} else {
			return this.getToken(BeTraceDSLParser.COMMA, i);
		}
	}
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_test; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitTest) {
			return visitor.visitTest(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


export class NameContext extends ParserRuleContext {
	public IDENTIFIER(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.IDENTIFIER, 0); }
	public AND(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.AND, 0); }
	public OR(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.OR, 0); }
	public NOT(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.NOT, 0); }
	public IN(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.IN, 0); }
	public CONTAINS(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.CONTAINS, 0); }
	public STARTS_WITH(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.STARTS_WITH, 0); }
	public ENDS_WITH(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.ENDS_WITH, 0); }
	public MATCHES(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.MATCHES, 0); }
	public TRUE(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.TRUE, 0); }
	public FALSE(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.FALSE, 0); }
	public WHEN(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.WHEN, 0); }
	public ALWAYS(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.ALWAYS, 0); }
	public NEVER(): TerminalNode | undefined { return this.tryGetToken(BeTraceDSLParser.NEVER, 0); }
	constructor(parent: ParserRuleContext | undefined, invokingState: number) {
		super(parent, invokingState);
	}
	// @Override
	public get ruleIndex(): number { return BeTraceDSLParser.RULE_name; }
	// @Override
	public accept<Result>(visitor: BeTraceDSLVisitor<Result>): Result {
		if (visitor.visitName) {
			return visitor.visitName(this);
		} else {
			return visitor.visitChildren(this);
		}
	}
}


